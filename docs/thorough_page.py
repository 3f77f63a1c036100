"""The page on the thorough run: both ledgers side by side, metric by metric."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ledger import Judged, Metric, judged

HEAD = """# On four times the problems

`make thorough` judges the same claims by the same thresholds on other random problems, four times
as many (`config/thorough.yaml`). A verdict that few problems leave open, or give by chance, may
then be another; one that stays has been seen twice. Only the authors' thirty instances
(`single_precision`) are the same in both, and of images there are as many as there are.
"""


def thorough(default: Path, more: Path) -> str:
    """The page: which verdicts differ, then every metric by both runs.

    Parameters
    ----------
    default, more : Path
        The ledgers that the pipeline wrote; the second is not there before the first thorough run.
    """
    if not more.exists():
        return f"{HEAD}\n*That run has not been made here.*\n"
    here, there = (judged(path.read_text(encoding="utf-8")) for path in (default, more))
    claims = [
        f"| {name.replace('_', ' ')} | {claim.verdict} | {there[name].verdict} |\n"
        for name, claim in here.items()
        if name in there and there[name].verdict != claim.verdict
    ]
    pairs = list(_pairs(here, there))
    others = sum(_verdict(one) != _verdict(two) for _, one, two in pairs)
    head = "| claim | by default | thoroughly |\n|---|---|---|\n"
    differing = f"On these claims the verdict is another:\n\n{head}{''.join(claims)}"
    rows = [
        f"| {name.replace('_', ' ')} | {one.name} | {one.found} | {_marked(one, two)} "
        f"| {two.found} | {_marked(two, one)} |\n"
        for name, one, two in pairs
    ]
    return (
        f"{HEAD}\n{differing if claims else 'On every claim the verdict is the same.'}\n\n"
        f"Of {len(pairs)} metrics {others} have another verdict, in bold below. The whole ledger "
        f"is `paper_figures/{more.name}`; [the default one](claims.md) has the thresholds.\n\n"
        "| claim | metric | by default | verdict | thoroughly | verdict |\n"
        f"|---|---|---|---|---|---|\n{''.join(rows)}"
    )


def _pairs(
    here: dict[str, Judged], there: dict[str, Judged]
) -> Iterator[tuple[str, Metric, Metric]]:
    """Claim and metric as found by each run, where both have it."""
    for name in here:
        if name in there:
            others = {metric.name: metric for metric in there[name].metrics}
            for metric in here[name].metrics:
                if metric.name in others:
                    yield name, metric, others[metric.name]


def _marked(one: Metric, other: Metric) -> str:
    """The verdict without its reason, in bold if the other is another."""
    verdict = _verdict(one)
    return verdict if verdict == _verdict(other) else f"**{verdict}**"


def _verdict(metric: Metric) -> str:
    return metric.verdict.split(" (")[0]
