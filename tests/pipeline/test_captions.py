"""The words and numbers beside the report's figures."""

import math
import re

import pandas as pd
import pytest
import yaml
from claims.every import CLAIMS
from conftest import ROOT

from implicit_sparsity.pipeline.claims.ledger_table import Ledger
from implicit_sparsity.pipeline.config.load import load
from implicit_sparsity.pipeline.report import claim_captions, experiment_captions
from implicit_sparsity.pipeline.report.html import html_table, markup
from implicit_sparsity.pipeline.report.settings import legend, of_experiment, of_study

CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("below α^{N/4}", "below α<sup>N/4</sup>"),
        ("start α^N = 1e-6", "start α<sup>N</sup> = 10⁻⁶"),
        ("α^N = 1e4", "α<sup>N</sup> = 10,000"),
        ("like α^{−(N−2)}, and", "like α<sup>−(N−2)</sup>, and"),
        ("≤ 2e-3", "≤&nbsp;0.002"),
        ("-1.25 to -0.75", "−1.25 to −0.75"),
        ("one-sided, a < b & |w|", "one-sided, a &lt; b &amp; |w|"),
        ("early_stopping at 2e3x", "early_stopping at 2e3x"),
    ],
)
def test_text_is_set_as_html(text, shown):
    assert markup(text) == shown


def test_a_table_has_a_row_for_each_line():
    shown = html_table(["a", "b"], [["1", "2"], ["3", "4"]])
    assert shown.count("<tr>") == 3
    assert re.findall("<t[hd]>(.)</t[hd]>", shown) == ["a", "b", "1", "2", "3", "4"]


def experiments(entry: dict) -> dict[str, str]:
    """The setting of one experiment in words."""
    config = {"instances": "fresh", "seed": 1, "experiments": {"mine": entry}}
    return of_experiment(load(config).experiments["mine"])


def test_the_setting_of_an_experiment_is_told_in_full():
    found = of_experiment(load(CONFIG).experiments["early_stopping_coordinate"])
    assert found == {
        "design": "rademacher",
        "samples × coordinates, n × p": "100 × 200",
        "non-zero weights, k": "5",
        "their values": "1",
        "noise σ": "0.5",
        "replicates": "1, the authors' own random draws",
        "depths N": "2, 3, 4",
        "start α": "0.005",
        "step size": "0.01",
        "iterations": "3,000; 50,000; 3,200,000",
    }


def test_the_setting_of_an_experiment_on_own_data(tmp_path):
    data = tmp_path / "mine.csv"
    data.write_text("a,y\n1,2\n2,3\n3,5\n4,4\n")
    design = {"file": str(data), "target": "y", "centre": True, "scale": False, "held_out": 0.25}
    entry = {"figure": "error", "design": design, "depths": [2, 3], "init": [1e-4, 0.1]}
    found = experiments(entry | {"step_size": 0.1, "iterations": 10, "replicates": 5})
    assert found["data"] == "mine.csv, centred"
    assert found["held out"] == "25% of the samples"
    assert found["replicates"] == "5, each split afresh"
    assert found["start α^N"] == "10⁻⁴, 0.1"
    assert "noise σ" not in found


def test_the_setting_of_a_study_lists_all_that_varies_and_counts_what_is_much():
    studies = load(CONFIG).studies
    found = {name: of_study(study) for name, study in studies.items()}
    starts = CONFIG["studies"]["phase_diagram"]["init"]
    assert found["phase_diagram"]["start α^N"] == f"10⁻⁷ to 1 ({len(starts)} values)"
    assert found["sample_complexity"]["beside"] == "oracle, lasso oracle, omp oracle"
    assert found["activation_controls"]["their values"] == "(4, 3, 2, 1); 2"
    assert found["image_recovery"]["weights"] == "pixels of an MNIST image"
    drawn = "of random sign, at random places, evenly from 0.65 to 1.3 in size"
    assert drawn in found["noise_laws"]["their values"]
    assert found["noise_laws"]["law of the noise"] == "gaussian, uniform, sign, student t3"
    assert "law of the noise" not in found["minimax_rate"]
    assert "of random sign, 0.3 to 2 in size" in found["stopping_in_practice"]["their values"]
    assert "rademacher (probability 0.25, centred)" in found["image_recovery"]["design"]
    assert found["discretisation"]["step sizes of descent × N²"].startswith("1.6, 0.2, 0.1")
    assert found["precision"]["step sizes of descent"] == "0.01"


def test_every_claim_and_experiment_has_a_legend():
    kinds = {f"figures.{entry['figure']}" for entry in CONFIG["experiments"].values()}
    for module in [*kinds, *(claim.module for claim in CLAIMS.values())]:
        text = legend(module)
        assert text.endswith(".")
        assert "Parameters" not in text and "`" not in text


def test_a_figure_without_a_module_is_named():
    with pytest.raises(ValueError, match=r"There is no .*pipeline/claims/nothing\.py; add it"):
        legend("claims.nothing")


def rows() -> pd.DataFrame:
    """A ledger of two claims, one in each part."""
    entry = {
        "id": "one",
        "part": "The paper's claims",
        "condition": "μ k r ≤ 1",
        "verdict_on_claim": "supported",
        "scope": "holds for N ≥ 3, fails at N = 2",
        "primary": True,
        "cell": "N = 3",
        "wanting": "",
        "same_verdict": "0.5 to 0.94",
        "control_low": 0.0,
        "control_high": 0.2,
        "positive_control": "orthogonal columns",
        "positive_verdict": "holds",
        "statement": "Errors fall below α^{N/4} & stay",
        "source": "Abstract.",
        "figure": "paper_figures/one.png",
        "metric": "share_of_all",
        "meaning": "share at α^N = 1e-6",
        "value": 0.95,
        "low": 0.9,
        "high": 1.0,
        "threshold": "≥ 0.9",
        "verdict": "supported",
        "control": "large start",
        "control_value": math.nan,
        "control_verdict": "fails",
    }
    alone = {"metric": "slope", "value": math.inf, "low": math.nan, "high": math.nan}
    other = {"id": "two", "part": "Further questions", "figure": "paper_figures/two.png"}
    other |= {"verdict_on_claim": "contradicted", "verdict": "contradicted"}
    return pd.DataFrame([entry, entry | alone, entry | other])


def cells_of_one() -> pd.DataFrame:
    """Two cells of a metric, one of them of its control."""
    cell = {"id": "one", "metric": "share_of_all", "role": "judged", "cell": "N = 3"}
    cell |= {"value": 0.95, "low": 0.9, "high": 1.0, "count": 40, "state": "holds"}
    return pd.DataFrame([cell, cell | {"role": "control", "value": 0.1, "state": "fails"}])


def test_a_claim_is_told_with_its_verdict_numbers_and_controls():
    found = rows()
    one = Ledger(found[found["id"] == "one"], cells_of_one())
    text = claim_captions.caption(one, "Shares, α^N < 1.", {"some_study": {"start α^N": "a & b"}})
    assert "Errors fall below α<sup>N/4</sup> &amp; stay" in text
    assert '<span class="badge supported">supported</span>' in text
    assert (
        "<b>0.95 [0.9, 1]</b> N = 3<br>threshold ≥&nbsp;0.9; same verdict 0.5 to 0.94<br>"
        "<small>control: none [0, 0.2], fails; positive control holds</small>" in text
    )
    assert (
        "share at α<sup>N</sup> = 10⁻⁶<br><small>control: large start<br>positive control" in text
    )
    assert "holds for N ≥&nbsp;3, fails at N = 2" in text and "μ k r ≤&nbsp;1" in text
    assert "<summary>control</summary><small>N = 3: 0.1 [0.9, 1] of 40, fails</small>" in text
    assert "<b>∞</b>" in text
    assert "contradicted" not in text and "nan" not in text
    assert "<b>The figure.</b> Shares, α<sup>N</sup> &lt; 1." in text
    assert "<caption>Setting of some study</caption>" in text
    assert "<th>start α<sup>N</sup></th><td>a &amp; b</td>" in text


def test_the_ledger_counts_verdicts_and_links_to_figures():
    text = claim_captions.ledger(rows())
    counts = re.findall(r'badge (\w+)">\1</span> (\d)', text)
    assert counts == [
        ("supported", "1"),
        ("contradicted", "0"),
        ("inconclusive", "0"),
        ("supported", "0"),
        ("contradicted", "1"),
        ("inconclusive", "0"),
    ]
    assert text.index("The paper") < text.index("Further questions")
    for figure in ("paper_figures/one.png", "paper_figures/two.png"):
        assert f"resultPath:'{figure}',contentPath:results['{figure}'].data_uri" in text


def summary(**columns: object) -> pd.DataFrame:
    """Two depths of an experiment without a window."""
    entry = {
        "depth": [2, 3],
        "alpha": [0.1, 0.2],
        "init": [0.01, 0.008],
        "best_error": [0.0041677, 0.00288],
        "best_iteration": [224, 4107],
        "final_error": [0.22, 0.14],
        "window_start": [None, None],
        "window_end": [None, None],
        "window_size": [None, None],
    }
    return pd.DataFrame(entry | columns).convert_dtypes()


def caption(summary: pd.DataFrame, curves: pd.DataFrame) -> str:
    """The caption of an experiment whose setting is one start."""
    return experiment_captions.caption(summary, curves, "Weights.", {"start α": "0.1"})


def cells(text: str) -> list[list[str]]:
    """Of the first table, its head included."""
    lines = text.partition("</table>")[0].split("<tr>")[1:]
    return [re.findall("<t[hd]>(.*?)</t[hd]>", line) for line in lines]


def test_the_figure_and_the_setting_stand_below_the_numbers():
    text = caption(summary(), pd.DataFrame({"curve": []}))
    assert text.index("</table>") < text.index("<b>The figure.</b> Weights.")
    assert '<table class="setting"><caption>Setting</caption>' in text
    assert "<tr><th>start α</th><td>0.1</td></tr>" in text


def test_an_experiment_without_a_window_has_no_columns_for_it():
    head, two, _ = cells(caption(summary(), pd.DataFrame({"curve": []})))
    assert head[0] == "depth" and "window from" not in head
    assert two == ["2", "0.01", "0.00417", "224", "0.22"]


def test_an_edge_that_is_never_reached_is_said_to_be():
    edges = {"window_start": [194, 4100], "window_end": [577, None], "window_size": [383, None]}
    _, two, three = cells(caption(summary(**edges), pd.DataFrame({"curve": []})))
    assert two[-3:] == ["194", "577", "383"]
    assert three[-3:] == ["4,100", "never", "none"]


def test_baselines_stand_below_the_depths():
    curves = pd.DataFrame({"method": ["descent", "least_squares"], "median_log2_error": [9.0, 3.0]})
    *_, last = cells(caption(summary(), curves))
    assert last == ["least squares", "", "8", "", ""]


def test_images_are_told_in_decibels():
    curves = pd.DataFrame({"depth": [2, 2, 3], "alpha": [0.1, 0.1, 0.2], "psnr": [20, 22, 17.5]})
    head, two, three = cells(caption(summary(), curves))
    assert head[-1] == "median PSNR, dB"
    assert (two[-1], three[-1]) == ("21", "17.5")
