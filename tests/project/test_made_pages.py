"""The pages made of files: their numbers are those of the files, or they say what lacks."""

import sys

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT

sys.path.insert(0, str(ROOT / "docs"))
import made_pages


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """An empty folder in place of the committed measurements, and no results."""
    monkeypatch.setattr(made_pages, "MEASURED", tmp_path)
    monkeypatch.setattr(made_pages, "SUMMARY", tmp_path / "summary.csv")
    monkeypatch.setattr(made_pages, "STOPPING", tmp_path / "stopping.csv")
    return tmp_path


def test_say_what_has_not_been_made(measured):
    assert "benchmark.csv` has not been made" in made_pages.speed()
    assert "comparison.csv` has not been made" in made_pages.methods()
    assert "real_data.csv` has not been made" in made_pages.methods()
    assert "The pipeline has not run here" in made_pages.methods()


def test_the_speed_page_has_the_numbers_of_the_file(measured):
    rows = [
        {"benchmark": "speed", "loop": "package", "ratio": 1.5375},
        {"benchmark": "bars", "promise": "time (s)", "value": 0.0412, "limit": 2.0, "holds": True},
    ]
    pd.DataFrame(rows).to_csv(measured / "benchmark.csv", index=False)
    page = made_pages.speed()
    assert "| package | 1.54 |" in page
    assert "| time (s) | 0.0412 | 2 | True |" in page


def test_the_methods_page_has_the_numbers_of_the_files(measured):
    row = {"k": 5, "n": 100, "p": 200, "rho": 0.0, "sigma": 0.5, "method": "Lasso"}
    row |= {"error": 0.1, "ratio": 6.125, "f1": 0.42, "seconds": 0.05}
    pd.DataFrame([row]).to_csv(measured / "comparison.csv", index=False)
    pd.DataFrame([{"data": "diabetes", "r2": 0.4857}]).to_csv(
        measured / "real_data.csv", index=False
    )
    page = made_pages.methods()
    assert "| Lasso | 6.12 | 0.42 | 0.05 |" in page
    assert "| diabetes | 0.486 |" in page


def test_the_methods_page_says_where_the_default_loses(measured):
    case = {"k": 5, "n": 100, "p": 200, "rho": 0.0, "sigma": 0.5, "best": "abess", "holds": True}
    lost = case | {"k": 20, "error": 1.7, "time": 0.6, "holds": False}
    won = case | {"error": 1.04, "time": 0.83}
    pd.DataFrame([won, lost]).to_csv(measured / "estimator_bars.csv", index=False)
    fit = {"n": 10, "p": 3, "method": "DepthNRegressor()", "beyond_mib": 17.25, "holds": True}
    pd.DataFrame([fit]).to_csv(measured / "large_fits.csv", index=False)
    rows = pd.DataFrame([{"rule": "ebic", "ratio": 1.125}])
    rows.to_csv(measured / "criterion.csv", index=False)
    page = made_pages.methods()
    assert "within 1.3 of the best in 1 of 2 cases" in page
    assert "by a factor of 1.7, at k = 20" in page and "0.83 of its time, at k = 5" in page
    assert "| DepthNRegressor() | 17.2 |" in page and "| ebic | 1.12 |" in page


def test_the_methods_page_has_errors_by_the_number_of_true_weights(measured):
    rows = [
        {"k": k, "replicate": i, "method": method, "depth": depth, "stop": stop, "best_error": e}
        for k, errors in {5: (1.0, 2.0, 3.0), 40: (1.0, 60.0, 4.0)}.items()
        for i, scale in enumerate((0.5, 0.25, 0.1))
        for (method, depth, stop), e in zip(
            [("oracle", "", ""), ("flow", 3, "EBIC"), ("lasso_cv", "", "")],
            (scale * np.array([1.0, *errors[1:]])).tolist(),
            strict=True,
        )
    ]
    table = pd.DataFrame(rows).assign(design="gaussian", n=100, p=200)
    other = table.assign(design="ar1(rho=0.9)", best_error=1e9)
    pd.concat([table, other, table.assign(n=1000, best_error=1e9)]).to_csv(
        measured / "stopping.csv", index=False
    )
    page = made_pages.methods()
    assert "| method | k = 5 | k = 40 |" in page
    assert "| depth 3, EBIC | 2 | 60 |" in page and "| lasso_cv | 3 | 4 |" in page


def test_an_experiment_has_its_rows_of_the_summary(measured):
    rows = {"experiment": ["convergence", "mnist"], "depth": [2, 5], "best_error": [0.25, 0.5]}
    pd.DataFrame(rows | {"window_start": [194, None]}).to_csv(measured / "summary.csv", index=False)
    page = made_pages.experiments()
    convergence = page[page.index("## convergence") : page.index("## initialization")]
    assert "| 2 | 0.25 | 194 |" in convergence and "| 5 | 0.5 |" not in convergence
    assert "| 5 | 0.5 |" in page


LEDGER = """# The ledger

## The paper's claims

### early_stopping: supported

It is so. *Figure:* [early_stopping.png](early_stopping.png)

## Further questions

### sparse_recovery: contradicted

It is not. *Figure:* [sparse_recovery.png](sparse_recovery.png)
"""


def test_every_claim_has_its_figure_and_caption(tmp_path, monkeypatch):
    (tmp_path / "claims.md").write_text(LEDGER)
    monkeypatch.setattr(made_pages, "LEDGER", tmp_path / "claims.md")
    page = made_pages.claims()
    for name in ("early_stopping", "sparse_recovery"):
        assert f"../../paper_figures/{name}.png" in page
        assert made_pages.legend(f"claims.{name}") in page
    assert "](sparse_recovery.png)" not in page


def test_every_metric_stands_beside_the_paper_with_reason_and_problems():
    page = made_pages.claims_and_paper()
    claims = yaml.safe_load((ROOT / "config/claims.yaml").read_text())
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    for name, claim in claims.items():
        rows = [line for line in page.splitlines() if line.startswith(f"| [{name}](")]
        assert len(rows) == len(claim["metrics"])
        for row, (metric, entry) in zip(rows, claim["metrics"].items(), strict=True):
            assert f"| {metric}: " in row and made_pages.PLACES[claim["origin"]] in row
            assert " ".join(entry["why"].split()).replace("|", r"\|") in row
            for experiment in claim.get("shown_in", []):
                assert experiment in config["experiments"] and experiment in row
            for study in set(claim["studies"]) & set(config["studies"]):
                assert f"{config['studies'][study]['replicates']} ({study})" in row


def test_the_reference_has_a_page_for_each_part_of_the_library():
    pages = dict(made_pages.packages())
    folders = {p.name for p in (ROOT / "src/implicit_sparsity").iterdir() if p.is_dir()}
    parts = folders - {"pipeline", "__pycache__"}
    assert set(pages) == {f"module_{part}.md" for part in parts} | {"module_core.md"}
    assert not [name for name, text in pages.items() if "pipeline" in text.split("```")[1]]
