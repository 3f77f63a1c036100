"""The report of the smoke run: what is in it, and how it opens in a browser without a network."""

import base64
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from conftest import ROOT, Pipeline, made_once
from playwright.sync_api import FrameLocator, Page, expect

from implicit_sparsity.formatting import unicode_number
from implicit_sparsity.pipeline.config.claim_keys import PARTS

CLAIMS = yaml.safe_load((ROOT / "config/claims.yaml").read_text())
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())
EXPERIMENTS = list(CONFIG["experiments"])
LEDGERS = [part.figure for part in PARTS]
#: What is told of the setting of every study; of a related system, its draws and all its settings.
OF_STUDIES = ["depths N", "replicates", "samples × coordinates, n × p"]
#: An address at which nothing answers.
NOWHERE = "http://127.0.0.1:9"


def write(pipeline: Pipeline, page: Path, *arguments: str) -> None:
    """Make the report where nothing can be downloaded."""
    style = pipeline.root / "workflow/report/report.css"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            patch.setenv(name, NOWHERE)
        patch.setenv("no_proxy", "")
        result = pipeline.run("--report", str(page), "--report-stylesheet", str(style), *arguments)
    assert result.returncode == 0, result.stdout


@pytest.fixture(scope="session")
def page(built, tmp_path_factory) -> Path:
    return made_once(tmp_path_factory, "report.html", lambda path: write(built, path))


def part(page: Path, name: str) -> Any:
    """What a variable of the page is set to."""
    text = page.read_text(encoding="utf-8")
    start = re.search(rf'<script id="[^"]*">\s*var {name} = ', text).end()
    return json.JSONDecoder().raw_decode(text, start)[0]


@pytest.fixture(scope="module")
def results(page) -> dict[str, dict[str, Any]]:
    """Every result in the report, by path."""
    return part(page, "results")


@pytest.fixture(scope="module")
def ledger(built) -> pd.DataFrame:
    return pd.read_csv(built.root / "results/claims.csv")


def test_every_figure_is_inside_as_it_was_drawn(built, results):
    figures = sorted(built.root.glob("paper_figures/*.png"))
    assert {figure.stem for figure in figures} == {*EXPERIMENTS, *CLAIMS, *LEDGERS}
    for figure in figures:
        inside = results[f"paper_figures/{figure.name}"]["data_uri"]
        assert base64.b64decode(inside.partition("base64,")[2]) == figure.read_bytes()


def test_results_are_sorted_into_labelled_categories(page, results):
    found = {
        name: {path for paths in parts.values() for path in paths}
        for name, parts in part(page, "categories").items()
    }
    assert found["Experiments"] == {f"paper_figures/{name}.png" for name in EXPERIMENTS}
    assert found["Claims"] == {f"paper_figures/{name}.png" for name in [*CLAIMS, *LEDGERS]}
    assert "results/claims.csv" in found["Tables"]
    assert all(result["labels"] for result in results.values())


def test_captions_are_filled_in_to_the_last_value(page, results):
    texts = {path: result["caption"] for path, result in results.items()}
    for path, text in (texts | {"landing page": part(page, "workflow_desc")}).items():
        assert len(text) > 100, path
        plain = re.sub("<[^>]*>", " ", text)
        assert not re.search(r"\{[{%#]|[}%]\}|\b(nan|NaN|None)\b|system-message", plain), path


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_is_told_with_statement_verdict_numbers_and_setting(claim, built, results, ledger):
    text = results[f"paper_figures/{claim}.png"]["caption"]
    rows = ledger[ledger["id"] == claim]
    assert f'<b>Verdict.</b> <span class="badge {rows["verdict_on_claim"].iloc[0]}">' in text
    for row in rows.dropna(subset="value").to_dict("records"):
        assert f"<b>{unicode_number(row['value'])}" in text
    for study in CLAIMS[claim]["studies"]:
        for name in CONFIG["related"].get(study, OF_STUDIES):
            assert f"<th>{name.replace('_', ' ')}</th><td>" in text


def test_an_experiment_is_told_with_its_window_and_setting(built, results):
    text = results["paper_figures/early_stopping_coordinate.png"]["caption"]
    summary = pd.read_csv(built.root / "results/summary/early_stopping_coordinate.csv")
    for row in summary.dropna(subset="window_size").to_dict("records"):
        assert f"<td>{row['window_size']:,.0f}</td>" in text
    assert "<th>start α</th><td>0.05</td>" in text
    assert "<th>depths N</th><td>2, 3, 4</td>" in text


def test_the_landing_page_has_every_claim_with_its_verdict(page, ledger):
    text = part(page, "workflow_desc")
    lines = text.split("<tr>")
    for name, rows in ledger.groupby("id"):
        (line,) = [line for line in lines if f">{name.replace('_', ' ')}</a>" in line]
        assert f"contentPath:results['paper_figures/{name}.png'].data_uri" in line
        assert f'class="badge {rows["verdict_on_claim"].iloc[0]}"' in line
    for name in EXPERIMENTS:
        assert f"resultPath:'paper_figures/{name}.png',content:'img'" in text


def test_run_times_and_the_graph_of_rules_are_inside(page):
    ran = {value["rule"] for value in part(page, "runtimes_spec")["data"]["values"]}
    assert {"runs", "measurements", "ledger", "figures"} <= ran
    assert '"rule": "claim"' in json.dumps(part(page, "rulegraph_spec"))


@pytest.fixture
def elsewhere(built, tmp_path) -> Path:
    """A working directory of its own with the results of the smoke run."""
    for folder in ("results", "paper_figures", ".snakemake"):
        shutil.copytree(built.root / folder, tmp_path / folder)
    return tmp_path


def test_captions_are_those_of_the_working_directory(built, elsewhere):
    (elsewhere / "results/captions/convergence.html").write_text("found elsewhere")
    write(built, elsewhere / "report.html", "--directory", str(elsewhere))
    caption = part(elsewhere / "report.html", "results")["paper_figures/convergence.png"]["caption"]
    assert "found elsewhere" in caption


def test_a_report_of_one_figure_is_without_the_ledger(built, tmp_path):
    write(built, tmp_path / "report.html", "paper_figures/convergence.png")
    assert set(part(tmp_path / "report.html", "results")) == {"paper_figures/convergence.png"}
    assert "ledger" not in part(tmp_path / "report.html", "workflow_desc")


@pytest.fixture
def opened(page, open_page) -> Page:
    """The report in a browser."""
    return open_page(page)


def test_it_opens_without_a_network_at_the_top_of_the_landing_page(opened):
    expect(opened.get_by_role("heading", name="The ledger of claims")).to_be_visible()
    assert opened.locator(".prose h1").first.bounding_box()["y"] >= 0


def test_a_click_on_a_claim_shows_its_figure_beside_its_verdict(opened):
    opened.locator(".prose a[href*=minimax_rate]").first.click()
    opened.wait_for_function(
        "[...document.images].some(image => image.naturalWidth > 1000 && image.width > 300)"
    )
    panel = opened.locator("nav").first
    expect(panel).to_contain_text("goes like the oracle's")
    expect(panel).to_contain_text("threshold")
    # Once the panel has grown, nothing runs out of it.
    opened.wait_for_function(
        "(nav => nav.scrollWidth <= nav.clientWidth)(document.querySelector('nav'))"
    )


def test_the_menu_lists_every_figure(opened):
    menu = opened.locator("nav").first
    for category, names in {"Claims": list(CLAIMS), "Experiments": EXPERIMENTS}.items():
        opened.evaluate("app.setView({navbarMode: 'menu'})")
        opened.evaluate(f"app.showCategory('{category}')")
        expect(menu).to_contain_text(names[0])
        assert set(names) <= set(menu.inner_text().split())


def show(opened: Page, path: str) -> FrameLocator:
    """Open a page of the results within the report."""
    opened.wait_for_function(f"results['{path}'].data_uri.startsWith('blob:')")
    view = f"content: 'html', contentPath: results['{path}'].data_uri"
    opened.evaluate(f"app.setView({{navbarMode: 'resultinfo', resultPath: '{path}', {view}}})")
    return opened.frame_locator("iframe")


def test_a_notebook_opens_within_the_report_with_its_formulas(opened):
    notebook = show(opened, "results/notebooks/1_the_paper_in_an_hour.html")
    expect(notebook.get_by_role("heading", name="The paper in an hour")).to_be_visible()
    expect(notebook.locator("mjx-container svg").first).to_be_visible(timeout=30_000)


def test_the_explorer_opens_within_the_report(opened):
    explorer = show(opened, "results/explorer.html")
    expect(explorer.locator("#reading")).to_contain_text("least squared error", timeout=30_000)
    expect(explorer.locator("#paths .js-line").first).to_be_attached()
