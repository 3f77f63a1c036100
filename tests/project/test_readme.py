"""README and the pages at the top level: short, true, and with links that lead somewhere."""

import re
import sys
from itertools import chain
from pathlib import Path

import pytest
from conftest import ROOT, committed

sys.path.insert(0, str(ROOT / "docs"))
import made_pages

README = (ROOT / "README.md").read_text()
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
NUMBER = r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)"


def test_is_short():
    assert len(README.encode()) <= 6 * 1024


def test_its_python_examples_run():
    names: dict[str, object] = {}
    examples = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec("\n".join(examples), names)
    assert names["model"].score(names["X_test"], names["y_test"]) > 0.3


def test_what_it_says_was_found_is_what_the_pipeline_wrote():
    assert made_pages.readme() == README, "run `make readme` and commit README.md"


def test_a_changed_finding_is_taken_over(tmp_path, monkeypatch):
    found = tmp_path / "found.md"
    found.write_text("| it is so | [supported](figure.png): share 1 [0.94, 1] |\n")
    monkeypatch.setattr(made_pages, "FOUND", found)
    before, after = README.split(made_pages.BEGIN)[0], README.split(made_pages.END)[1]
    block = f"{made_pages.BEGIN}\n{found.read_text()}\n{made_pages.END}"
    assert made_pages.readme() == before + block + after


def test_it_has_no_other_numbers_from_results():
    """Only what the setting fixes stands outside the block: depths, versions, years."""
    text = README.split(made_pages.BEGIN)[0] + README.split(made_pages.END)[1]
    prose = re.sub(r"```.*?```|\]\(.*?\)", "", text, flags=re.DOTALL)
    prose = "\n".join(
        line for line in prose.splitlines() if "](" not in line and "paper_figures/" not in line
    )
    known = {"2", "3", "4", "1", "2021", "2108.05574", "3.11"}
    assert set(re.findall(NUMBER, prose)) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_links_lead_somewhere(page: Path):
    links = re.findall(r"\]\(([^)]+)\)", page.read_text())
    for link in links:
        if "://" not in link:
            assert (ROOT / link.split("#")[0]).exists(), link


def test_the_map_names_every_folder():
    folders = {path.split("/")[0] for path in committed("*") if "/" in path}
    folders = {name for name in folders if not name.startswith(".")} - {"results", "logs"}
    named = set(chain(*(re.findall(r"`([\w/]+)/`", line) for line in README.splitlines())))
    assert folders - {part.split("/")[0] for part in named} <= {"profiles"}
