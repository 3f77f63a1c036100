"""Gradient descent follows its flow up to an error in proportion to the step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from implicit_sparsity.claims.evidence import Array, Evidence, flows, grid, slope, weigh

#: The paper's step size.
STEP = 1e-2


def farthest_slope(steps: Array) -> Callable[[Array], float]:
    """The slope of the median deviation, (replicates, steps, depths), farthest from 1."""

    def statistic(deviations: Array) -> float:
        slopes = [slope(steps, median) for median in np.median(deviations, axis=0).T]
        return max(slopes, key=lambda found: abs(found - 1))

    return statistic


def largest_median(shifts: Array) -> float:
    """Median over replicates, at the edge and depth where it is largest."""
    return float(np.nanmedian(shifts, axis=0).max())


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """slope of the deviation in the step from the paper's down, and edge_shift at the paper's."""
    rows = flows(tables["discretisation"])
    steps = np.sort(rows["step_size"].unique())
    deviation = grid(rows, "deviation", "step_size", "depth")
    fast = grid(rows, "deviation_fast", "step_size", "depth")
    fine, statistic = steps <= STEP, farthest_slope(steps[steps <= STEP])
    shifts = []
    for edge in ("start", "end"):
        shift = (rows[f"descent_{edge}"] / rows[f"flow_{edge}"] - 1).abs()
        shifts.append(grid(rows.assign(shift=shift), "shift", "step_size", "depth"))
    shift = np.stack(shifts, axis=-1)
    return {
        "slope": weigh(statistic, deviation[:, fine], statistic(fast[:, fine])),
        "edge_shift": weigh(largest_median, shift[:, steps == STEP], largest_median(shift[:, -1:])),
    }
