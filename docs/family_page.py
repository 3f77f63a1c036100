"""The page on the related systems, made of their claims and of what the ledger found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import yaml
from ledger import Judged, Metric, judged

from implicit_sparsity.pipeline.config.claims import Claim, load_claims
from implicit_sparsity.pipeline.config.load import load
from implicit_sparsity.pipeline.report.settings import legend, of_system

ROOT = Path(__file__).parent.parent
HEAD = """# The family

Diagonal networks of depth $N$ stand in a family of systems whose parametrisation, optimiser or
loss makes solutions sparse, or nearly so. Here they are side by side, each with what is claimed of
it, in our words. What was found is on our own random draws, by thresholds that were written down
before ([the protocol](../protocol.md)); it is the third part of [the ledger](claims.md).
"""


def family(ledger: Path, figure: Callable[[str, str], str]) -> str:
    """The page: a table of all systems, then a section for each.

    Parameters
    ----------
    ledger : Path
        The ledger that the pipeline wrote; a claim that it lacks was not judged yet.
    figure : callable
        Markdown of a figure, from its name and its caption.
    """
    configuration = load(yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8")))
    entries = yaml.safe_load((ROOT / "config/claims.yaml").read_text(encoding="utf-8"))
    known = [*configuration.studies, *configuration.related]
    claims = [claim for claim in load_claims(entries, known).values() if claim.system]
    found = judged(ledger.read_text(encoding="utf-8"))
    rows = [
        ["system", "parametrisation", "optimiser", "loss", "claim", "condition", "found here"],
        ["---"] * 7,
    ]
    sections = []
    for claim in claims:
        verdict, scope, metrics = found.get(claim.id, Judged("not judged yet", "", []))
        numbers = _numbers(metrics) if metrics else ""
        rows.append(_row(claim, f"**{verdict}**" + (f": {scope}" if scope else "")))
        setting = "; ".join(
            f"{name} {value}" for name, value in of_system(configuration.related[claim.id]).items()
        )
        drawn = (ROOT / f"paper_figures/{claim.id}.png").exists()
        sections.append(
            f"## {_title(claim.id)}\n\n{claim.statement}\n\n"
            f"{_condition(claim)}{numbers}"
            f"*Source:* {claim.source}\n\n*Settings:* {setting}.\n\n{_not_done(claim)}"
            + (figure(claim.id, legend(claim.module)) if drawn else "")
        )
    table = "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in rows)
    return "\n".join([HEAD, table, *sections])


def _row(claim: Claim, found: str) -> list[str]:
    assert claim.system is not None
    condition = claim.condition.words if claim.condition else ""
    link = f"[{_title(claim.id)}](#{claim.id.replace('_', '-')})"
    system = claim.system
    words = (system.parametrisation, system.optimiser, system.loss)
    return [link, *words, claim.statement, condition, found]


def _condition(claim: Claim) -> str:
    """Where the claim is made, if not everywhere."""
    return f"*Condition:* {claim.condition.words}\n\n" if claim.condition else ""


def _not_done(claim: Claim) -> str:
    """What of the source is not done here, if the claim tells."""
    left_out = claim.system and claim.system.not_done
    return f"*Not done here:* {left_out}\n\n" if left_out else ""


def _numbers(metrics: list[Metric]) -> str:
    """The ledger's table of metrics, without reasons, the range of the verdict and controls."""
    head = "| metric | found | threshold | verdict |\n| --- | --- | --- | --- |\n"
    return head + "".join(f"| {' | '.join(each)} |\n" for each in metrics) + "\n"


def _title(name: str) -> str:
    return name.replace("_", " ")


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
