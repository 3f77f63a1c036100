"""Gradient descent follows its flow up to an error in proportion to the step."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import (
    Array,
    Evidence,
    departure,
    flows,
    grid,
    weigh,
)

#: The paper's step size.
STEP = 1e-2


def largest_median(shifts: Array) -> float:
    """Median over replicates, at the edge and depth where it is largest.

    Edges that both never reach do not count; one that a single one reaches is infinitely far off.
    """
    reached = ~np.isnan(shifts).all(axis=0)
    return float(np.nanmedian(shifts[:, reached], axis=0).max()) if reached.any() else np.nan


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """slope (departure from 1) from the paper's step down, and edge_shift at the paper's."""
    rows = flows(tables["discretisation"])
    steps = np.sort(rows["step_size"].unique())
    deviation = grid(rows, "deviation", "step_size", "depth")
    fast = grid(rows, "deviation_fast", "step_size", "depth")
    fine = steps <= STEP
    statistic = departure(steps[fine], 1.0)
    shifts = []
    for edge in ("start", "end"):
        descent, flow = rows[f"descent_{edge}"], rows[f"flow_{edge}"]
        shift = (descent / flow - 1).abs().mask(descent.isna() != flow.isna(), np.inf)
        shifts.append(grid(rows.assign(shift=shift), "shift", "step_size", "depth"))
    shift = np.stack(shifts, axis=-1)
    return {
        "slope": weigh(statistic, deviation[:, fine], statistic(fast[:, fine])),
        "edge_shift": weigh(largest_median, shift[:, steps == STEP], largest_median(shift[:, -1:])),
    }
