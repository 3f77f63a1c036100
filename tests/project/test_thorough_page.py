"""The page on the thorough run: what differs between two ledgers is told, and nothing else."""

import sys

import yaml
from conftest import ROOT

sys.path.insert(0, str(ROOT / "docs"))
import thorough_page

HEAD = (
    "| metric | found | threshold | same verdict | controls | verdict |\n|---|---|---|---|---|---|"
)
LEDGER = f"""## The paper's claims

### early_stopping: supported

It is so.

{HEAD}
| **final_over_best**: of \\|w\\| | 24 [18, 37] | ≥ 2 (why) | 0 to 18 | a, fails | supported |
| share: of problems | 1 [0.9, 1] | ≥ 0.5 (why) | 0 to 0.9 | a, fails | supported |

### minimax_rate: supported

And so.

{HEAD}
| **slope**: in n | 0.01 [-0.1, 0.1] | ≤ 0.2 (why) | 0 to 0.9 | a, fails | supported |
"""


def page(tmp_path, more):
    paths = tmp_path / "claims.md", tmp_path / "claims_thorough.md"
    for path, text in zip(paths, (LEDGER, more), strict=True):
        if text:
            path.write_text(text, encoding="utf-8")
    return thorough_page.thorough(*paths)


def test_before_the_first_run_it_says_so(tmp_path):
    assert "has not been made here" in page(tmp_path, "")


def test_equal_verdicts_are_told_as_such(tmp_path):
    text = page(tmp_path, LEDGER)
    assert "On every claim the verdict is the same." in text
    assert "Of 3 metrics 0 have another verdict" in text and "**" not in text
    assert "| early stopping | share | 1 [0.9, 1] | supported | 1 [0.9, 1] | supported |" in text


def test_a_verdict_that_differs_is_told(tmp_path):
    more = LEDGER.replace("minimax_rate: supported", "minimax_rate: contradicted")
    more = more.replace(
        "0.01 [-0.1, 0.1] | ≤ 0.2 (why) | 0 to 0.9 | a, fails | supported",
        "0.5 [0.4, 0.6] | ≤ 0.2 (why) | 0 to 0.9 | a, fails | contradicted (no control)",
    )
    text = page(tmp_path, more)
    assert "| minimax rate | supported | contradicted |" in text
    assert "| early stopping | supported |" not in text.split("Of 3 metrics")[0]
    row = "| minimax rate | slope | 0.01 [-0.1, 0.1] | **supported** | 0.5 [0.4, 0.6] | "
    assert row + "**contradicted** |" in text
    assert "Of 3 metrics 1 have another verdict" in text


def test_every_metric_of_the_committed_ledger_is_read():
    claims = yaml.safe_load((ROOT / "config/claims.yaml").read_text(encoding="utf-8"))
    count = sum(len(claim["metrics"]) for claim in claims.values())
    ledger = ROOT / "paper_figures/claims.md"
    assert f"Of {count} metrics 0 have" in thorough_page.thorough(ledger, ledger)
