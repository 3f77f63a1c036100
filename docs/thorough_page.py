"""The page on the thorough run: both ledgers side by side, metric by metric."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HEAD = """# On four times the problems

`make thorough` judges the same claims by the same thresholds on other random problems, four times
as many (`config/thorough.yaml`). A verdict that few problems leave open, or give by chance, may
then be another; one that stays has been seen twice. Only the authors' thirty instances
(`single_precision`) are the same in both, and of images there are as many as there are.
"""

CLAIM = re.compile(r"^### (\w+): (\w+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)


class Found(NamedTuple):
    """What a ledger says of a metric.

    Attributes
    ----------
    number, verdict : str
        The metric in its least favourable cell, and the verdict on it.
    """

    number: str
    verdict: str


def thorough(default: Path, more: Path) -> str:
    """The page: which verdicts differ, then every metric by both runs.

    Parameters
    ----------
    default, more : Path
        The ledgers that the pipeline wrote; the second is not there before the first thorough run.
    """
    if not more.exists():
        return f"{HEAD}\n*That run has not been made here.*\n"
    here, there = (_claims(path.read_text(encoding="utf-8")) for path in (default, more))
    claims = [
        f"| {name.replace('_', ' ')} | {verdict} | {there[name][0]} |\n"
        for name, (verdict, _) in here.items()
        if name in there and there[name][0] != verdict
    ]
    pairs = list(_pairs(here, there))
    others = sum(one.verdict != two.verdict for _, _, one, two in pairs)
    head = "| claim | by default | thoroughly |\n|---|---|---|\n"
    differing = f"On these claims the verdict is another:\n\n{head}{''.join(claims)}"
    rows = [
        f"| {name.replace('_', ' ')} | {metric} | {one.number} | {_marked(one, two)} "
        f"| {two.number} | {_marked(two, one)} |\n"
        for name, metric, one, two in pairs
    ]
    return (
        f"{HEAD}\n{differing if claims else 'On every claim the verdict is the same.'}\n\n"
        f"Of {len(pairs)} metrics {others} have another verdict, in bold below. The whole ledger "
        f"is `paper_figures/{more.name}`; [the default one](claims.md) has the thresholds.\n\n"
        "| claim | metric | by default | verdict | thoroughly | verdict |\n"
        f"|---|---|---|---|---|---|\n{''.join(rows)}"
    )


def _claims(ledger: str) -> dict[str, tuple[str, dict[str, Found]]]:
    """The verdict on each claim, and what was found of each of its metrics."""
    return {name: (verdict, dict(_metrics(rest))) for name, verdict, rest in CLAIM.findall(ledger)}


def _metrics(section: str) -> Iterator[tuple[str, Found]]:
    for line in section.splitlines():
        cells = re.split(r"(?<!\\)\|", line.strip("|"))
        if len(cells) == 6 and ":" in cells[0]:
            metric, found, _, _, _, verdict = map(str.strip, cells)
            yield metric.split(":")[0].strip("*"), Found(found, verdict.split(" (")[0])


def _pairs(
    here: dict[str, tuple[str, dict[str, Found]]], there: dict[str, tuple[str, dict[str, Found]]]
) -> Iterator[tuple[str, str, Found, Found]]:
    """Claim and metric with what was found by each run, where both have it."""
    for name, (_, metrics) in here.items():
        others = there.get(name, ("", {}))[1]
        for metric in metrics:
            if metric in others:
                yield name, metric, metrics[metric], others[metric]


def _marked(found: Found, other: Found) -> str:
    return found.verdict if found.verdict == other.verdict else f"**{found.verdict}**"
