"""README and the pages at the top level: short, true, and with links that lead somewhere."""

import re
from itertools import chain
from pathlib import Path

import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text()
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
NUMBER = r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)"


def ledger() -> dict[str, tuple[str, str]]:
    """Verdict and text of each claim, as the pipeline wrote them."""
    text = (ROOT / "paper_figures/claims.md").read_text()
    parts = re.split(r"^## (\w+): (\w+)$", text, flags=re.MULTILINE)
    return {
        claim: (verdict, body) for claim, verdict, body in zip(*[iter(parts[1:])] * 3, strict=True)
    }


def found() -> list[tuple[str, str]]:
    """Claims that README's table names, each with what it says of it."""
    return re.findall(r"\| \[(\w+)\]\(paper_figures/\1\.png\): (.*) \|$", README, re.MULTILINE)


def test_is_short():
    assert len(README.encode()) <= 6 * 1024


def test_its_python_examples_run():
    names: dict[str, object] = {}
    examples = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec("\n".join(examples), names)
    assert names["model"].score(names["X_test"], names["y_test"]) > 0.3


def test_its_verdicts_are_those_of_the_ledger():
    assert len(found()) >= 6  # what the paper's abstract says
    for claim, text in found():
        verdict, _ = ledger()[claim]
        assert re.match(rf"{verdict}\b", text), (claim, verdict)


def test_its_numbers_are_those_of_the_ledger():
    told = [(claim, number) for claim, text in found() for number in re.findall(NUMBER, text)]
    assert told
    for claim, number in told:
        assert re.search(rf"(?<![\w.]){re.escape(number)}(?![\w.])", ledger()[claim][1]), (
            claim,
            number,
        )


def test_it_has_no_other_numbers_from_results():
    """Only what the setting fixes stands outside the table: depths, versions, years."""
    prose = re.sub(r"```.*?```|\]\(.*?\)", "", README, flags=re.DOTALL)
    prose = "\n".join(
        line for line in prose.splitlines() if "](" not in line and "paper_figures/" not in line
    )
    for _, text in found():
        prose = prose.replace(text, "")
    known = {"2", "3", "4", "1", "2021", "2108.05574", "3.11"}
    assert set(re.findall(NUMBER, prose)) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_links_lead_somewhere(page: Path):
    links = re.findall(r"\]\(([^)]+)\)", page.read_text())
    for link in links:
        if "://" not in link:
            assert (ROOT / link.split("#")[0]).exists(), link


def test_the_map_names_every_folder():
    committed = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".") and path.name not in ("results", "logs")
    }
    named = set(chain(*(re.findall(r"`([\w/]+)/`", line) for line in README.splitlines())))
    assert {name for name in committed if name not in {part.split("/")[0] for part in named}} <= {
        "profiles"
    }
