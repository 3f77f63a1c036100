"""The notebooks: committed clean, executed by the pipeline, and clear where results are missing."""

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import nbformat
import pandas as pd
import pytest
from conftest import ROOT, Pipeline, made_once
from playwright.sync_api import expect
from sklearn.datasets import load_diabetes

from implicit_sparsity.pipeline.report.results import MissingTable, read_table

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
PACKAGE = ROOT / "src/implicit_sparsity"
PAGES = [f"results/notebooks/{name}.html" for name in NAMES]


def source(name: str, kind: str) -> str:
    """All cells of a kind of a committed notebook, but for IPython's magics."""
    cells = nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == kind)
    return re.sub(r"^%.*$", "", text, flags=re.MULTILINE)


def imported(name: str) -> set[str]:
    """Files that a notebook imports from, by their places in the package."""
    files = set()
    for node in ast.walk(ast.parse(source(name, "code"))):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("implicit_sparsity"):
            for alias in node.names:
                try:
                    found = getattr(import_module(node.module), alias.name)
                except AttributeError:
                    found = import_module(f"{node.module}.{alias.name}")
                home = found if isinstance(found, ModuleType) else sys.modules[found.__module__]
                files.add(str(Path(home.__file__).relative_to(PACKAGE)))
    return files


def digests(root: Path) -> dict[Path, str]:
    """SHA-256 of all results but the notebooks."""
    files = (path for path in root.glob("results/**/*") if path.is_file())
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.parent.name != "notebooks"
    }


@pytest.fixture(scope="module")
def executed(built: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """The smoke results, with the notebook that reads them executed once more."""

    def make(folder: Path) -> None:
        copy = Pipeline(folder)
        subprocess.run(["cp", "-Rp", built.root, folder], check=True)
        before = digests(folder)
        result = copy.run(PAGES[1], "--forcerun", "notebooks")
        assert result.returncode == 0, result.stdout
        assert digests(folder) == before  # they only read

    return Pipeline(made_once(tmp_path_factory, "notebooks", make))


def test_there_are_three():
    assert [name[:2] for name in NAMES] == ["1_", "2_", "3_"]


@pytest.mark.parametrize("name", NAMES)
def test_is_committed_valid_and_without_outputs(name):
    notebook = nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert cell.metadata == {}
    headings = re.findall("^# .*", source(name, "markdown"), re.MULTILINE)
    assert len(headings) == 1


@pytest.mark.parametrize("name", NAMES)
def test_runs_on_the_smoke_results_without_error_or_warning(executed, name):
    notebook = nbformat.read(executed.root / f"results/notebooks/{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    figures = [o for c in notebook.cells for o in c.get("outputs", []) if "image/png" in str(o)]
    assert figures
    page = (executed.root / f"results/notebooks/{name}.html").read_text()
    assert page.count("<img ") == len(figures)
    assert '.ipynb"' not in page


@pytest.mark.skipif(
    find_spec("sphinx-mathjax-offline") is None, reason="sphinx-mathjax-offline is not installed"
)
@pytest.mark.parametrize("name", NAMES)
def test_formulas_are_set_without_a_network(executed, open_page, name):
    page = open_page(executed.root / f"results/notebooks/{name}.html")
    expect(page.locator("mjx-container svg").first).to_be_visible(timeout=30_000)
    page.evaluate("MathJax.startup.promise")
    assert page.locator("[data-mjx-error], mjx-merror").count() == 0
    # No dollar of a formula is left in the text, code and outputs aside.
    text = page.locator(".jp-MarkdownOutput").all_inner_texts()
    assert text and "$" not in "".join(text)


def test_links_lead_to_pages_of_this_folder(executed, open_page):
    for name in NAMES:
        folder = executed.root / "results/notebooks"
        links = open_page(folder / f"{name}.html").locator("a:not([href^=http]):not([href^='#'])")
        for link in links.evaluate_all("links => links.map(link => link.getAttribute('href'))"):
            assert (folder / link).is_file(), link


def test_a_second_run_gives_the_same_bytes(executed, built):
    for end in (".ipynb", ".html"):
        path = f"results/notebooks/{NAMES[1]}{end}"
        assert (executed.root / path).read_bytes() == (built.root / path).read_bytes()


def test_the_rule_names_all_that_a_notebook_reads(executed):
    result = executed.run("--detailed-summary", *PAGES)
    assert result.returncode == 0, result.stdout
    for name in NAMES:
        (line,) = [
            line
            for line in result.stdout.splitlines()
            if line.startswith(f"results/notebooks/{name}.html")
        ]
        tables = re.findall(r'table\("([^"]+)"\)', source(name, "code"))
        code = f"results/code/notebooks/{name}.json"
        for path in {code} | {f"results/{each}.csv" for each in tables}:
            assert path in line, path
        assert imported(name) <= set(json.loads((executed.root / code).read_text()))


def test_the_bootstrap_by_hand_is_the_ledgers(executed):
    notebook = nbformat.read(
        executed.root / "results/notebooks/2_reading_the_results.ipynb", as_version=4
    )
    (cell,) = [c for c in notebook.cells if "in the ledger" in c.source and c.get("outputs")]
    lines = cell.outputs[0].data["text/plain"].splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["low", "high"]
    for line in lines:
        _, by_hand, in_the_ledger = line.split()
        assert by_hand == in_the_ledger


def test_the_experiment_on_a_csv_is_one_that_the_pipeline_takes(executed):
    (settings,) = re.findall(r"```yaml\n(.*?)```", source("3_your_own_data", "markdown"), re.DOTALL)
    (executed.root / "mine.yaml").write_text(settings)
    load_diabetes(as_frame=True, scaled=False).frame.to_csv(
        executed.root / "diabetes.csv", index=False
    )
    planned = executed.planned("paper_figures/diabetes.pdf", "--configfile=mine.yaml")
    assert "diabetes: draw the figure" in planned


def test_without_results_it_says_one_sentence(tmp_path):
    name = "2_reading_the_results"
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors"]
    (tmp_path / "notebooks").mkdir()
    copy = tmp_path / f"notebooks/{name}.ipynb"
    copy.write_bytes((ROOT / f"notebooks/{name}.ipynb").read_bytes())
    path = {"PYTHONPATH": str(ROOT / "src"), "JUPYTER_PLATFORM_DIRS": "1"}
    subprocess.run(
        [*command, "--output", "done", copy], env=os.environ | path, check=True, capture_output=True
    )
    cells = nbformat.read(tmp_path / "notebooks/done.ipynb", as_version=4).cells
    errors = [o for c in cells for o in c.get("outputs", []) if o.output_type == "error"]
    (sentence,) = errors[0].traceback
    assert sentence == errors[0].evalue
    assert "snakemake --cores all results/summary.csv" in sentence


@pytest.mark.parametrize("folder", [".", "notebooks"])
def test_a_table_is_found_here_or_in_the_folder_above(tmp_path, monkeypatch, folder):
    (tmp_path / "results/tables").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / folder)
    with pytest.raises(MissingTable, match=r"results/tables/mine\.csv has not been made yet"):
        read_table("tables/mine")
    pd.DataFrame({"x": [0.25]}).to_csv(tmp_path / "results/tables/mine.csv", index=False)
    assert read_table("tables/mine")["x"].item() == 0.25
