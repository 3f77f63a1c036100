"""What a metric is judged on: a number with its interval in each cell, and on controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from implicit_sparsity.pipeline.claims.selection import refuse_none
from implicit_sparsity.pipeline.claims.statistics import (
    LEVEL,
    Array,
    Interval,
    bootstrap_interval,
    permutation_interval,
    quantile_interval,
    share_interval,
)

#: What a cell is one of: its depth, say, or its depth and design.
Place = Mapping[str, object]


@dataclass(frozen=True)
class Cell:
    """A number found in one cell of a claim's grid.

    Attributes
    ----------
    place : mapping of str to value
        The columns that tell it from the other cells, with their values here.
    statistic : str
        How the number was got: "share", "median", "0.9 quantile", "bootstrap" or "permutation".
    value : float
        The number.
    count : int
        Problems that it rests on.
    interval : callable
        The ends of its interval, by the level.
    """

    place: Place
    statistic: str
    value: float
    count: int
    interval: Interval

    @property
    def ends(self) -> tuple[float, float]:
        """The interval of a cell that stands alone; NaN of a single problem."""
        return self.interval(LEVEL) if self.count > 1 else (np.nan, np.nan)


@dataclass(frozen=True)
class Evidence:
    """What was found of a metric.

    Attributes
    ----------
    cells : list of Cell
        The cells that are judged; each must hold.
    control : list of Cell
        Data where the claim must fail, in each of the cells.
    positive : list of Cell
        Data where the claim must hold, in each of the cells; empty if there are none.
    outside : list of Cell
        Cells outside the claim's condition, which are reported and not judged.
    """

    cells: list[Cell]
    control: list[Cell]
    positive: tuple[Cell, ...] | list[Cell] = ()
    outside: tuple[Cell, ...] | list[Cell] = ()


def share(place: Place, holds: ArrayLike) -> Cell:
    """The share of problems of which something holds."""
    found = np.asarray(holds, dtype=bool)
    value = float(found.mean()) if found.size else np.nan
    return Cell(place, "share", value, found.size, share_interval(int(found.sum()), found.size))


def median(place: Place, samples: ArrayLike) -> Cell:
    """The median over problems; those without a value (NaN) may lie on either side of it."""
    return quantile(place, samples, 0.5)


def quantile(place: Place, samples: ArrayLike, q: float = 0.9) -> Cell:
    """The number that a share ``q`` of problems stays below."""
    found = np.asarray(samples, dtype=np.float64)
    known = found[~np.isnan(found)]
    value = float(np.quantile(known, q, method="inverted_cdf")) if known.size else np.nan
    if q == 0.5 and known.size:
        value = float(np.median(known))
    name = "median" if q == 0.5 else f"{q:g} quantile"
    return Cell(place, name, value, found.size, quantile_interval(found, q))


def bootstrapped(
    place: Place,
    statistic: Callable[[Array], ArrayLike],
    samples: Array,
    stacked: bool = False,
) -> Cell:
    """Another statistic over problems, which are the first axis of the samples; ``stacked`` if it
    takes many samples at once, on an axis before."""
    interval = bootstrap_interval(statistic, samples, stacked)
    return Cell(place, "bootstrap", float(np.asarray(statistic(samples))), len(samples), interval)


def permuted(place: Place, statistic: Callable[[Array], float], samples: Array) -> Cell:
    """The statistic if depth made no difference: its median and range over permutations."""
    interval = permutation_interval(statistic, samples)
    return Cell(place, "permutation", interval(0.0)[0], len(samples), interval)


def by(
    rows: pd.DataFrame, columns: str | list[str], values: str, cell: Callable[..., Cell] = median
) -> list[Cell]:
    """A cell for each combination of some columns, in their order.

    Parameters
    ----------
    rows : DataFrame
        A row for each problem of each cell.
    columns : str or list of str
        The columns that tell the cells apart.
    values : str
        The column of what was measured.
    cell : callable, optional
        What makes a cell of its place and its samples: `median` or `share`.

    Raises
    ------
    ValueError
        If there are no rows.
    """
    refuse_none(rows, values)
    names = [columns] if isinstance(columns, str) else columns
    return [
        cell(dict(zip(names, place, strict=True)), part[values])
        for place, part in rows.groupby(names)
    ]
