"""Inside the window, weights on the support are true to the noise, others within the bound."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import (
    Array,
    Evidence,
    grid,
    over_peer,
    weigh,
    windows,
)


def least_share(sizes: Array) -> float:
    """Share of replicates whose window is not empty, at the depth where it is least."""
    return float((sizes > 0).mean(axis=0).min())


def largest_median(ratios: Array) -> float:
    """Median over replicates, at the depth where it is largest."""
    return float(np.median(ratios, axis=0).max())


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """share_with_window and best_over_oracle at the study's main shape, share_at_authors_shape."""
    rows = windows(over_peer(tables["sparse_recovery"], "oracle"))

    def part(n: int, critical: bool, values: str) -> Array:
        kept = rows[rows["n"] == n]
        noise = kept["noise"].max() if critical else kept["noise"].min()
        return grid(kept[kept["noise"] == noise], values, "depth")

    least, most = rows["n"].min(), rows["n"].max()
    return {
        name: weigh(statistic, part(n, False, values), statistic(part(n, True, values)))
        for name, statistic, n, values in (
            ("share_with_window", least_share, most, "size"),
            ("best_over_oracle", largest_median, most, "ratio"),
            ("share_at_authors_shape", least_share, least, "size"),
        )
    }
