"""The greater the depth, the larger the start from which the truth is still recovered."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, grid, over_peer, weigh

#: Best error over the oracle's up to which a start works.
WITHIN = 2.0


def largest_start(log_init: Array, ratios: Array) -> Array:
    """log₁₀ of the largest α^N up to which the median ratio stays within the limit, by depth.

    Between two starts of the grid it is interpolated (in the logarithms); it is the grid's first
    where none works, and its last where all do.

    Parameters
    ----------
    log_init : (starts,) increasing.
    ratios : (replicates, depths, starts).
    """
    found = []
    for median in np.log(np.median(ratios, axis=0) / WITHIN):
        fails = median > 0
        i = int(fails.argmax()) if fails.any() else len(log_init)
        if i in (0, len(log_init)):
            found.append(log_init[max(i - 1, 0)])
        else:
            share = median[i - 1] / (median[i - 1] - median[i])
            found.append(log_init[i - 1] + share * (log_init[i] - log_init[i - 1]))
    return np.array(found)


def gain(log_init: Array) -> Callable[[Array], float]:
    """Decades by which the largest start at the greatest depth exceeds that at the least."""

    def statistic(ratios: Array) -> float:
        starts = largest_start(log_init, ratios)
        return float(starts[-1] - starts[0])

    return statistic


def order(log_init: Array) -> Callable[[Array], float]:
    """Kendall's τ of the largest start with depth; 0 where all are equal."""

    def statistic(ratios: Array) -> float:
        starts = largest_start(log_init, ratios)
        tau = kendalltau(starts, np.arange(starts.size)).statistic
        return 0.0 if np.isnan(tau) else float(tau)

    return statistic


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """decades_gained from the least to the greatest depth, and order_with_depth."""
    found, log_init = [], []
    for study in ("phase_diagram", "phase_diagram_dense"):
        rows = over_peer(tables[study], "oracle")
        found.append(grid(rows, "ratio", "depth", "init"))
        log_init.append(np.log10(np.sort(rows["init"].unique())))
    return {
        name: weigh(statistic(log_init[0]), found[0], statistic(log_init[1])(found[1]))
        for name, statistic in (("decades_gained", gain), ("order_with_depth", order))
    }
