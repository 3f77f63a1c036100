"""The page on related systems: every system with its claim, source, settings and what was found."""

import sys

import yaml
from conftest import ROOT

sys.path.insert(0, str(ROOT / "docs"))
import family_page

CLAIMS = yaml.safe_load((ROOT / "config/claims.yaml").read_text(encoding="utf-8"))
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
RELATED = {name: claim for name, claim in CLAIMS.items() if claim["origin"] == "related"}
LEDGER = """## Related systems

### which_l1_minimiser: contradicted

A flow leads there.

**Contradicted**: holds for N ≥ 3, fails at N = 2.

*Source:* somebody.

| metric | found | threshold | same verdict | controls | verdict |
| --- | --- | --- | --- | --- | --- |
| **distance**: of Σ\\|w\\| | 0.5 [0.4, 0.6] at N = 2 | ≤ 0.1 (why) | 0 to 0.4 | 2 | open |

| metric | every cell |
| --- | --- |
| distance, judged | N = 2: 0.5 [0.4, 0.6] of 9, fails |

### limit_by_start: supported

The start moves it.

**Supported**: holds in all cells.
"""


def page(tmp_path, ledger=LEDGER):
    (tmp_path / "claims.md").write_text(ledger, encoding="utf-8")
    return family_page.family(tmp_path / "claims.md", lambda name, caption: f"[{name}] {caption}")


def test_every_system_stands_there_with_its_words(tmp_path):
    text = page(tmp_path)
    for name, claim in RELATED.items():
        assert f"## {name.replace('_', ' ')}\n" in text
        for words in (claim["statement"], claim["source"], *claim["system"].values()):
            assert " ".join(words.split()) in text.replace(r"\|", "|")
        assert f"*Settings:* draws {CONFIG['related'][name]['draws']}; " in text
        if (ROOT / f"paper_figures/{name}.png").exists():
            assert f"[{name}] " in text  # with the caption of the module


def test_a_section_has_the_condition_what_is_not_done_and_the_numbers_of_its_claim(tmp_path):
    sections = {part.split("\n")[0]: part for part in page(tmp_path).split("\n## ")}
    for name, claim in RELATED.items():
        text = sections[name.replace("_", " ")].replace(r"\|", "|")
        for label, words in (
            ("Condition", claim.get("condition", {}).get("words")),
            ("Not done here", claim["system"].get("not_done")),
        ):
            assert (f"*{label}:* {' '.join((words or '').split())}" in text) == bool(words)
    row = r"| **distance**: of Σ\|w\| | 0.5 [0.4, 0.6] at N = 2 | ≤ 0.1 | open |"
    assert (
        f"| metric | found | threshold | verdict |\n| --- | --- | --- | --- |\n{row}\n\n"
        in (sections["which l1 minimiser"])
    )
    assert "every cell" not in page(tmp_path)
    assert "| metric |" not in sections["limit by start"]


def test_what_was_found_is_that_of_the_ledger(tmp_path):
    rows = [line for line in page(tmp_path).splitlines() if line.startswith("| [")]
    assert len(rows) == len(RELATED)
    found = {row.split("]")[0].removeprefix("| [").replace(" ", "_"): row for row in rows}
    expected = "**contradicted**: holds for N ≥ 3, fails at N = 2 |"
    assert found["which_l1_minimiser"].endswith(expected)
    assert found["limit_by_start"].endswith("**supported**: holds in all cells |")
    others = set(RELATED) - {"which_l1_minimiser", "limit_by_start"}
    assert all(found[name].endswith("**not judged yet** |") for name in others)
