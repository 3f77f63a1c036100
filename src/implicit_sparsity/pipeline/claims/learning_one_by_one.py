"""Coordinates rise one after another, the largest first, the more sharply the deeper."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, flows, grid, weigh


def least_mean(orders: Array) -> float:
    """Mean over replicates, at the depth where it is least."""
    return float(orders.mean(axis=0).min())


def largest_median(rises: Array) -> float:
    """Median over replicates, at the depth where it is largest."""
    return float(np.median(rises, axis=0).max())


def least_sharpening(rises: Array) -> float:
    """Least ratio of the median at one depth to that at the next."""
    median = np.median(rises, axis=0)
    return float((median[:-1] / median[1:]).min())


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """order, rise_over_gap (both beyond depth 2 alone for the latter) and sharpening."""
    rows = flows(tables["activation"])
    small = rows["init"] == rows["init"].min()
    graded = rows["signal"].astype(str).str.contains(" ")
    order, any_order = (grid(rows[small & which], "order", "depth") for which in (graded, ~graded))
    rise, together, large_start = (
        grid(rows[which], "rise_over_gap", "depth")
        for which in (small & graded, small & ~graded, ~small & graded)
    )
    return {
        "order": weigh(least_mean, order, least_mean(any_order)),
        "rise_over_gap": weigh(largest_median, rise[:, 1:], largest_median(together[:, 1:])),
        "sharpening": weigh(least_sharpening, rise, least_sharpening(large_start)),
    }
