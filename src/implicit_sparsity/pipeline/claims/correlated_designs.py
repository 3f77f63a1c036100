"""Recovery on correlated designs, and where it breaks."""

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

#: Incoherence μ k r up to which recovery is to hold, and beyond which it is to fail.
WITHIN, BEYOND = 3.5, 4.5


def largest_median(ratios: Array) -> float:
    """Median over replicates, at the design and depth where it is largest."""
    return float(np.median(ratios, axis=0).max())


def least_share(sizes: Array) -> float:
    """Share of replicates whose window is not empty, at the design and depth where it is least."""
    return float((sizes > 0).mean(axis=0).min())


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """best_over_oracle and share_with_window of designs within the limit; control: those beyond."""
    rows = windows(over_peer(tables["correlated_designs"], "oracle"))
    incoherence = rows.groupby("design")["incoherence"].transform("median")
    within, beyond = rows[incoherence <= WITHIN], rows[incoherence > BEYOND]
    ratio, spoilt = (grid(part, "ratio", "design", "depth") for part in (within, beyond))
    size, lost = (grid(part, "size", "design", "depth") for part in (within, beyond))
    return {
        "best_over_oracle": weigh(largest_median, ratio, largest_median(spoilt)),
        "share_with_window": weigh(least_share, size, least_share(lost)),
    }
