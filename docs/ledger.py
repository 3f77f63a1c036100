"""The ledger that the pipeline wrote, read back: several pages are made of the committed file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_CLAIM = re.compile(r"^### (\w+): (\w+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_SCOPE = re.compile(r"^\*\*\w+\*\*: (.*?)\.?$", re.MULTILINE)


class Metric(NamedTuple):
    """A line of the table of a claim, as Markdown.

    Attributes
    ----------
    metric, found, threshold, verdict : str
        Name and meaning, the number in its least favourable cell, the threshold without its
        reason, and the verdict.
    """

    metric: str
    found: str
    threshold: str
    verdict: str

    @property
    def name(self) -> str:
        return self.metric.split(":")[0].strip("*")


class Judged(NamedTuple):
    """What the ledger says of a claim.

    Attributes
    ----------
    verdict, scope : str
        The verdict, and in which cells it holds; empty where it has none.
    metrics : list of Metric
        Its metrics.
    """

    verdict: str
    scope: str
    metrics: list[Metric]


def judged(ledger: str) -> dict[str, Judged]:
    """The claims of a ledger by name, in its order."""
    return {
        name: Judged(verdict, scope[1] if (scope := _SCOPE.search(text)) else "", [*_metrics(text)])
        for name, verdict, text in _CLAIM.findall(ledger)
    }


def _metrics(text: str) -> Iterator[Metric]:
    for line in text.splitlines():
        cells = re.split(r"(?<!\\)\|", line.strip("|"))
        if len(cells) == 6 and ":" in cells[0]:  # neither the heads nor the rule below them
            metric, found, threshold, _, _, verdict = map(str.strip, cells)
            yield Metric(metric, found, threshold.split(" (")[0], verdict)
