"""Verdicts: whether the cells of a metric and its controls meet its threshold.

A metric holds if it does in every cell (an intersection–union test): it is supported if each cell's
own interval lies within the threshold, which needs no correction, and contradicted if the interval
of some cell lies outside at the level that Holm's correction asks for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence
from implicit_sparsity.pipeline.claims.statistics import LEVEL, holm
from implicit_sparsity.pipeline.config.claims import Range

SUPPORTED, CONTRADICTED, INCONCLUSIVE = "supported", "contradicted", "inconclusive"
#: What a cell, or a control, does.
HOLDS, FAILS, OPEN = "holds", "fails", "undecided"


@dataclass(frozen=True)
class Judged:
    """The verdict on a metric, and what it rests on.

    Attributes
    ----------
    verdict : str
        Supported, contradicted or inconclusive.
    why : str
        What it wants, if it is inconclusive for another reason than its intervals.
    cells : list of str
        What each of the cells does: holds, fails (with Holm's correction) or is undecided.
    outside : list of str
        The same of the cells outside the condition.
    control, positive : str
        What the controls do: holds, fails, or undecided (neither, or not in every cell).
    """

    verdict: str
    why: str
    cells: list[str]
    outside: list[str]
    control: str
    positive: str


def within(threshold: Range, low: float, high: float) -> bool:
    """Whether an interval lies within the threshold; one without ends does not."""
    least, most = threshold.ends
    return least <= low and high <= most


def outside(threshold: Range, low: float, high: float) -> bool:
    """Whether an interval lies outside of the threshold, on one side."""
    least, most = threshold.ends
    return high < least or low > most


def states(threshold: Range, cells: Sequence[Cell], corrected: bool = True) -> list[str]:
    """What each cell does: holds, fails (with Holm's correction over them) or is undecided."""
    judged = [cell if cell.count > 1 else None for cell in cells]

    def fails(cell: Cell | None, level: float) -> bool:
        return cell is not None and outside(threshold, *cell.interval(level))

    if corrected:
        failed = holm([lambda level, cell=cell: fails(cell, level) for cell in judged])  # type: ignore[misc]
    else:
        failed = [fails(cell, LEVEL) for cell in judged]
    return [
        FAILS if out else HOLDS if within(threshold, *cell.ends) else OPEN
        for cell, out in zip(cells, failed, strict=True)
    ]


def in_common(found: Iterable[str]) -> str:
    """What all do, undecided if they do not all do the same."""
    different = set(found)
    return different.pop() if len(different) == 1 else OPEN


def judge(threshold: Range, evidence: Evidence) -> Judged:
    """The verdict on a metric.

    Inconclusive, whatever the cells do, if a control does not do what it must, or if a cell rests
    on a single problem.
    """
    cells = states(threshold, evidence.cells)
    control = in_common(states(threshold, evidence.control, corrected=False))
    positive = in_common(states(threshold, evidence.positive, corrected=False))
    verdict, why = INCONCLUSIVE, ""
    if any(cell.count < 2 for cell in evidence.cells) or not cells:
        why = "a single problem gives no verdict"
    elif any(math.isnan(cell.ends[0]) for cell in evidence.cells):
        why = "too few problems for an interval"
    elif control != FAILS:
        why = "the control does not fail"
    elif set(cells) == {HOLDS}:
        verdict = SUPPORTED
    elif FAILS in cells and evidence.positive and positive != HOLDS:
        why = "the positive control does not hold"
    elif FAILS in cells:
        verdict = CONTRADICTED
    return Judged(verdict, why, cells, states(threshold, evidence.outside), control, positive)


def overall(verdicts: Iterable[str]) -> str:
    """The verdict on a claim from those on its primary metrics: it asks for all of them."""
    found = set(verdicts)
    if found == {SUPPORTED}:
        return SUPPORTED
    return CONTRADICTED if CONTRADICTED in found else INCONCLUSIVE


def stated_threshold(threshold: Range) -> str:
    """In words: ≥ 0.9, ≤ 2, or 0.8 to 1.2."""
    if threshold.least is None:
        return f"≤ {threshold.most:g}"
    if threshold.most is None:
        return f"≥ {threshold.least:g}"
    return f"{threshold.least:g} to {threshold.most:g}"


def least_favourable(threshold: Range, cells: Sequence[Cell]) -> Cell:
    """The cell whose number is farthest from holding; one without a number before all."""
    return max(cells, key=lambda cell: _excess(threshold, cell.value))


def most_favourable(threshold: Range, cells: Sequence[Cell]) -> Cell:
    """The cell whose number is nearest to holding, or holds by most."""
    return min(cells, key=lambda cell: _excess(threshold, cell.value))


def _excess(threshold: Range, value: float) -> float:
    """How far a number is beyond the threshold; negative within it."""
    least, most = threshold.ends
    return math.inf if math.isnan(value) else max(least - value, value - most)
