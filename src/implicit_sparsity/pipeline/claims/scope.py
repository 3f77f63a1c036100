"""Where a claim holds and where it fails, in words, from what its cells do."""

from __future__ import annotations

from collections.abc import Sequence

from implicit_sparsity.pipeline.claims.evidence import Cell, Place
from implicit_sparsity.pipeline.claims.verdicts import FAILS, HOLDS, OPEN

#: Columns as they are called in a sentence; others by their own name.
SYMBOLS = {"depth": "N", "noise": "σ", "init": "α^N", "alpha": "α", "step_size": "η"}
#: Cells up to which all are listed.
FEW = 4
_SAID = {HOLDS: "holds", FAILS: "fails", OPEN: "is undecided"}


def scope(cells: Sequence[Cell], states: Sequence[str]) -> str:
    """What the cells do, in words: holds for N ≥ 3, fails at N = 2.

    Parameters
    ----------
    cells : sequence of Cell
        The cells.
    states : sequence of str
        What each of them does.

    Returns
    -------
    str
        A clause for each state that occurs.
    """
    clauses = []
    for state, verb in _SAID.items():
        chosen = [cell.place for cell, at in zip(cells, states, strict=True) if at == state]
        if len(chosen) == len(cells):
            return verb if len(cells) == 1 else f"{verb} in all cells"
        if chosen:
            clauses.append(f"{verb} {where(chosen, [cell.place for cell in cells])}")
    return ", ".join(clauses)


def where(chosen: Sequence[Place], every: Sequence[Place]) -> str:
    """Some of all places in words, by one column if that tells them from the others.

    Parameters
    ----------
    chosen, every : sequence of Place
        Some of the places, and all of them.
    """
    for column in every[0]:
        levels = {place[column] for place in chosen}
        if len(chosen) == sum(place[column] in levels for place in every):
            return _levels(column, levels, {place[column] for place in every})
    if len(chosen) <= FEW:
        return "at " + " and at ".join(label(place) for place in chosen)
    return f"in {len(chosen)} of {len(every)} cells"


def label(place: Place) -> str:
    """A place in words: N = 2, p = 100."""
    return ", ".join(f"{SYMBOLS.get(name, name)} = {_value(at)}" for name, at in place.items())


def _levels(column: str, levels: set[object], every: set[object]) -> str:
    name = SYMBOLS.get(column, column)
    if all(isinstance(level, int | float) for level in every) and len(levels) > 1:
        numbers, others = sorted(levels), every - levels  # type: ignore[type-var]
        if all(other < numbers[0] for other in others):  # type: ignore[operator]
            return f"for {name} ≥ {_value(numbers[0])}"
        if all(other > numbers[-1] for other in others):  # type: ignore[operator]
            return f"for {name} ≤ {_value(numbers[-1])}"
    return f"at {name} = {', '.join(_value(level) for level in sorted(levels, key=_order))}"


def _order(level: object) -> tuple[float, str]:
    return (float(level), "") if isinstance(level, int | float) else (0.0, str(level))


def _value(level: object) -> str:
    return f"{level:g}" if isinstance(level, int | float) else str(level)
