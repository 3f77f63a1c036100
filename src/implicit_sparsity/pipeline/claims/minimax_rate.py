"""The best error along the path goes like k σ² / n, and stays under twice k σ² log p / n."""

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
from implicit_sparsity.theory.levels import minimax_rate

#: The rate's exponents.
EXPONENTS = {"n": -1.0, "k": 1.0, "noise": 2.0}


def sweep(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows in which the column varies and the other sizes are those of the most rows."""
    for other in ("n", "p", "k", "noise"):
        if other != column:
            rows = rows[rows[other] == rows[other].mode()[0]]
    return rows


def share(under: Array) -> float:
    """Share of all flows; cells that were not studied are NaN."""
    return float(np.nanmean(under))


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """slope_n, slope_k and slope_noise (departures) and share_under_twice_the_rate."""
    rows = flows(tables["minimax_rate"])
    sizes = rows[["n", "p", "k", "noise"]].itertuples(index=False)
    rates = [minimax_rate(*size) for size in sizes]
    rows = rows.assign(under=rows["best_error"] <= 2 * np.array(rates))
    small = rows[rows["init"] == rows["init"].min()]
    large = rows[rows["init"] == rows["init"].max()]
    found = {}
    for column, exponent in EXPONENTS.items():
        main, control, error = sweep(small, column), sweep(large, column), "best_error"
        if column == "k":  # from a large start too the error grows with k: ‖w*‖² does
            control, error = main, "final_error"
        statistic = departure(np.sort(main[column].unique()).astype(float), exponent)
        spoilt = statistic(grid(control, error, column, "depth"))
        samples = grid(main, "best_error", column, "depth")
        found[f"slope_{column}"] = weigh(statistic, samples, spoilt)
    under, too_large = (
        grid(rows, "under", "n", "p", "k", "noise", "depth") for rows in (small, large)
    )
    found["share_under_twice_the_rate"] = weigh(share, under, share(too_large))
    return found
