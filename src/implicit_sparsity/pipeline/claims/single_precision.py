"""Whether single precision changes the early-stopping windows, at the greatest depth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, flows, grid, weigh, windows


def change(sizes: Array) -> float:
    """Median over replicates of |size in float32 / size in float64 − 1|, at one depth and start.

    A window that does not open or close is infinitely far from one that does, and does not differ
    from another such.
    """
    single, double = sizes[:, 0], sizes[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.abs(single / double - 1)
    return float(np.median(np.where(single == double, 0.0, change)))


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """change_at_authors_start and change_at_smaller_start; the control is the least depth."""
    rows = flows(tables["precision"])
    rows = windows(rows.assign(final_time=np.inf))
    # (replicates, float32 and float64, depths, starts)
    sizes = grid(rows, "size", "precision", "depth", "alpha")
    return {
        "change_at_authors_start": weigh(change, sizes[:, :, -1, -1], change(sizes[:, :, 0, -1])),
        "change_at_smaller_start": weigh(change, sizes[:, :, -1, 0], change(sizes[:, :, 0, 0])),
    }
