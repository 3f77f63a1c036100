"""What a claim is judged on: a number with its interval over replicates, and a negative control."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Resamples of a bootstrap, and the share of them that an interval holds.
DRAWS, LEVEL = 1000, 0.95
#: What tells one problem of a study from another.
PROBLEM = ["design", "n", "p", "k", "signal", "noise", "replicate"]


@dataclass(frozen=True)
class Evidence:
    """A metric's value, its bootstrap interval (NaN without replicates), and its value on data
    where the claim must fail."""

    value: float
    low: float
    high: float
    control: float


def weigh(statistic: Callable[[Array], float], samples: Array, control: float) -> Evidence:
    """A statistic of samples, whose first axis is the replicates, beside its value on the control.

    The interval is the percentile bootstrap's: replicates are drawn with replacement, all that was
    measured on one together, so that what they share (their problems) stays paired.
    """
    value = statistic(samples)
    low = high = np.nan
    if (count := len(samples)) > 1:
        draws = np.random.default_rng(0).integers(count, size=(DRAWS, count))
        spread = [statistic(samples[draw]) for draw in draws]
        # Infinities may be among them, between which there is no interpolating.
        low, high = np.quantile(spread, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="inverted_cdf")
        if np.isnan(spread).any():  # for want of data in some draws: then anything may be
            low, high = -np.inf, np.inf
    return Evidence(value, float(low), float(high), control)


def flows(table: pd.DataFrame, **where: object) -> pd.DataFrame:
    """The flows of a study's table, those with the given values in the given columns.

    Raises
    ------
    ValueError
        If there are none.
    """
    rows = table[table["method"] == "flow"]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    if rows.empty:
        wanted = ", ".join(f"{column} = {value}" for column, value in where.items())
        raise ValueError(f"The study has no flow with {wanted}; add it to config.yaml.")
    return rows


def grid(rows: pd.DataFrame, values: str, *columns: str) -> Array:
    """Values by replicate and the levels of the columns in increasing order, NaN where missing.

    Shape (replicates, levels of the first column, …).

    Raises
    ------
    ValueError
        If there are no rows.
    """
    if rows.empty:
        raise ValueError(
            f"The study has no rows to read {values} from: a part of its grid that the claim needs "
            "is missing in the configuration; add it."
        )
    levels = [np.sort(rows[column].unique()) for column in ("replicate", *columns)]
    array = np.full([level.size for level in levels], np.nan)
    places = [
        np.searchsorted(level, rows[column])
        for level, column in zip(levels, ("replicate", *columns), strict=True)
    ]
    array[tuple(places)] = rows[values].to_numpy(np.float64)
    return array


def over_peer(table: pd.DataFrame, peer: str) -> pd.DataFrame:
    """The flows of a study with a column ``ratio``: their best error over a peer's."""
    peers = table.loc[table["method"] == peer, [*PROBLEM, "best_error"]]
    rows = flows(table).merge(peers, on=PROBLEM, suffixes=("", "_of_peer"), validate="m:1")
    return rows.assign(ratio=rows["best_error"] / rows["best_error_of_peer"])


def windows(rows: pd.DataFrame) -> pd.DataFrame:
    """Flows with the columns ``size`` and ``stretch``: end − start and end / start of the window.

    A window that never opens, or opens when it has closed, has size and stretch 0; one that does
    not close before the flow ends counts as closing then.
    """
    start = rows["window_start"].fillna(np.inf)
    end = rows["window_end"].fillna(rows["final_time"])
    opens = start < end
    return rows.assign(
        size=(end - start).where(opens, 0.0), stretch=(end / start).where(opens, 0.0)
    )


def farthest_slope(x: Array, y: Array, exponent: float) -> float:
    """The slope over x that is farthest from the exponent, of all depths.

    Slopes are those of the medians of y, (replicates, x, depths), by least squares in logarithms.
    """
    slopes = np.polyfit(np.log(x), np.log(np.median(y, axis=0)), 1)[0]
    return float(slopes[np.abs(slopes - exponent).argmax()])


def departure(x: Array, exponent: float) -> Callable[[Array], float]:
    """As a statistic of y: how far that slope is from the exponent."""
    return lambda y: abs(farthest_slope(x, y, exponent) - exponent)
