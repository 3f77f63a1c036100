"""For which other thresholds the verdict on a metric would be the same."""

from __future__ import annotations

import math
from itertools import pairwise

from implicit_sparsity.pipeline.claims.evidence import Evidence
from implicit_sparsity.pipeline.claims.statistics import LEVEL
from implicit_sparsity.pipeline.claims.verdicts import judge
from implicit_sparsity.pipeline.config.claims import Range


def same_verdict(threshold: Range, evidence: Evidence) -> tuple[float, float]:
    """The range of limits around the threshold's with the same verdict.

    The verdict changes only at ends of intervals, so it is asked for between each two of them. Of a
    threshold with two ends it is half the distance between them that is varied.

    Parameters
    ----------
    threshold : Range
        The threshold.
    evidence : Evidence
        What it is compared with.

    Returns
    -------
    tuple of float
        The least and the greatest limit, or half-width.
    """
    centre, here = _centre(threshold)
    ends = sorted({_distance(end, centre) for end in _all_ends(evidence)} - {here})
    lowest = -math.inf if centre is None else 0.0
    finite = [end for end in ends if math.isfinite(end) and end > lowest]
    verdict = judge(threshold, evidence).verdict

    def same(first: float, second: float) -> bool:
        return (
            judge(_moved(threshold, centre, _between(first, second)), evidence).verdict == verdict
        )

    below = [lowest, *(end for end in finite if end < here)]
    above = [*(end for end in finite if end > here), math.inf]
    low, high = lowest, math.inf
    for first, second in reversed(list(pairwise([*below, here]))):
        if not same(first, second):
            low = second
            break
    for first, second in pairwise([here, *above]):
        if not same(first, second):
            high = first
            break
    return low, high


def stated_range(threshold: Range, low: float, high: float) -> str:
    """Such a range in words: 0.5 to 0.94, or ±0.03 to ±0.4 from the middle of the threshold."""
    sign, lowest = ("", -math.inf) if _centre(threshold)[0] is None else ("±", 0.0)
    if low == lowest and math.isinf(high):
        return "any"
    if low == lowest:
        return f"up to {sign}{high:.3g}"
    return f"from {sign}{low:.3g}" if math.isinf(high) else f"{sign}{low:.3g} to {sign}{high:.3g}"


def _centre(threshold: Range) -> tuple[float | None, float]:
    """The middle of a threshold with two ends, and half its width; of others none, and the end."""
    least, most = threshold.least, threshold.most
    if least is not None and most is not None:
        return (least + most) / 2, (most - least) / 2
    return None, float(most if least is None else least)  # type: ignore[arg-type]


def _moved(threshold: Range, centre: float | None, limit: float) -> Range:
    if centre is not None:
        return Range(centre - limit, centre + limit)
    return Range(None, limit) if threshold.least is None else Range(limit, None)


def _distance(end: float, centre: float | None) -> float:
    return end if centre is None else abs(end - centre)


def _between(first: float, second: float) -> float:
    if math.isinf(first) and math.isinf(second):
        return 0.0
    if math.isinf(first):
        return second - 1 - abs(second)
    return first + 1 + abs(first) if math.isinf(second) else (first + second) / 2


def _all_ends(evidence: Evidence) -> list[float]:
    """Ends of all intervals, at all levels that a verdict may ask for."""
    count = len(evidence.cells)
    levels = [1 - (1 - LEVEL) / left for left in range(1, count + 1)]
    found = [cell.interval(level) for cell in evidence.cells for level in levels if cell.count > 1]
    found += [cell.ends for cell in (*evidence.control, *evidence.positive)]
    return [end for ends in found for end in ends if not math.isnan(end)]
