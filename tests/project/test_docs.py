"""The sources of the documentation: their examples run, and no link in them is left behind."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import ROOT

from implicit_sparsity.pipeline.config.load import load

DOCS = ROOT / "docs"
#: The worked examples are done by tests/workflow/test_extend.py.
PAGES = [path for path in sorted(DOCS.glob("*.md")) if "```python" in path.read_text()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run(page: Path, tmp_path: Path):
    examples = "\n".join(re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL))
    command = [sys.executable, "-W", "error", "-c", examples]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    result = subprocess.run(command, cwd=tmp_path, env=environment, text=True, capture_output=True)
    assert result.returncode == 0, result.stderr


def test_the_configurations_of_the_pages_are_valid(tmp_path: Path):
    """Each entry is laid over config.yaml; files of data that a page names are made up."""
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    (tmp_path / "data").mkdir()
    (tmp_path / "data/mine.csv").write_text("a,price\n1,2\n3,4\n" + "5,7\n" * 9)
    exported = ";day;a;2020\n0;2020-01-31;1,5;2\n" + "1;2020-02-01;2,5;4\n" * 9
    (tmp_path / "data/export.csv").write_text(exported, encoding="utf-16")
    blocks = [
        (page.name, yaml.safe_load(block))
        for page in DOCS.glob("*.md")
        for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
    ]
    found = [(name, block) for name, block in blocks if block and "experiments" in block]
    assert "own_data.md" in {name for name, _ in found}
    # Where a page shows a design alone, it takes the place of that of the page's experiment.
    for page, block in blocks:
        if block and "design" in block:
            (name, entry), *_ = next(b for p, b in found if p == page)["experiments"].items()
            found.append((page, {"experiments": {name: entry | block}}))
    for _, block in found:
        entries = {"experiments": config["experiments"] | block["experiments"]}
        load(config | entries, [tmp_path])


def test_no_page_names_what_is_not_there():
    """Paths of the repository in backquotes exist, but for those that the workflow makes."""
    for page in [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        if "made" in page.relative_to(ROOT).parts:
            continue
        text = page.read_text()
        paths = re.findall(
            r"`((?:config|docs|notebooks|src|tests|workflow|profiles)/[\w./-]*)`", text
        )
        for path in paths:
            assert (ROOT / path).exists(), (page.name, path)


def test_when_to_use_the_estimators_is_what_was_measured():
    table = pd.read_csv(ROOT / "benchmarks/results/comparison.csv")
    keys = ["k", "n", "p", "rho", "sigma"]
    ratio, seconds = (
        table.pivot_table(index=keys, columns="method", values=value)
        for value in ("ratio", "seconds")
    )
    ours, omp, abess = "depth 3, EBIC", "omp_cv", "abess"
    easy = (5, 100, 200, 0.0, 0.5)
    assert ratio.loc[easy, [omp, abess]].to_numpy() == pytest.approx(
        ratio.loc[easy, ours], rel=0.01
    )
    assert 3 * seconds.loc[easy, abess] < seconds.loc[easy, ours] < seconds.loc[easy, "lasso_cv"]
    for hard in ((5, 100, 200, 0.9, 0.5), (20, 100, 200, 0.0, 0.5)):
        assert 1.5 * ratio.loc[hard, ours] < ratio.loc[hard, [omp, abess]].min()


def test_damaged_files_were_told_or_read():
    table = pd.read_csv(ROOT / "benchmarks/results/damaged_files.csv")
    assert table["files"].sum() >= 1000
    assert (table["told"] + table["read"] == table["files"]).all()
