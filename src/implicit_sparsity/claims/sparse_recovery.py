"""Inside the window, weights on the support are true to the noise, others within the bound."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.claims.evidence import (
    Array,
    Evidence,
    flows,
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
    table = tables["sparse_recovery"]
    n, noise = flows(table)["n"].max(), table["noise"]
    main, control, authors = (
        over_peer(table[rows], "oracle")
        for rows in (
            (table["n"] == n) & (noise == noise.min()),
            (table["n"] == n) & (noise == noise.max()),
            table["n"] < n,
        )
    )
    size, empty, authors_size = (
        grid(windows(rows), "size", "depth") for rows in (main, control, authors)
    )
    ratio, spoilt = (grid(rows, "ratio", "depth") for rows in (main, control))
    return {
        "share_with_window": weigh(least_share, size, least_share(empty)),
        "best_over_oracle": weigh(largest_median, ratio, largest_median(spoilt)),
        "share_at_authors_shape": weigh(least_share, authors_size, least_share(empty)),
    }
