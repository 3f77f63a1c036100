"""From a large start the flow is linear regression: its best is ridge's, its end least squares."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, grid, over_peer, weigh


def farthest_from_ridge(ratios: Array) -> float:
    """|log₂| of the median best error over ridge's, at the depth where it is largest."""
    return float(np.abs(np.log2(np.median(ratios, axis=0))).max())


def largest_median(distances: Array) -> float:
    """Median over replicates, at the depth where it is largest."""
    return float(np.median(distances, axis=0).max())


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """best_against_ridge and end_from_least_squares, at the largest start; control: the least."""
    rows = over_peer(tables["kernel"], "ridge_oracle")
    ratio = grid(rows, "ratio", "init", "depth")
    distance = grid(rows, "end_distance", "init", "depth")
    return {
        "best_against_ridge": weigh(
            farthest_from_ridge, ratio[:, -1], farthest_from_ridge(ratio[:, 0])
        ),
        "end_from_least_squares": weigh(
            largest_median, distance[:, -1], largest_median(distance[:, 0])
        ),
    }
