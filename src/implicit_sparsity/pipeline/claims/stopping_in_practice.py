"""Stopping by cross-validation, beside the cross-validated Lasso and stopping with the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import (
    Array,
    Evidence,
    flows,
    grid,
    over_peer,
    weigh,
)

#: The depth that is judged, and the designs that count as sparse problems of everyday use.
DEPTH, DESIGNS = 3, ("gaussian", "ar1(rho=0.5)")


def largest_median(ratios: Array) -> float:
    """Median over replicates, of the design where it is largest."""
    return float(np.median(ratios, axis=0).max())


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """error_over_lasso and price_of_not_knowing."""
    table = tables["stopping_in_practice"]
    table = table[table["depth"].isna() | (table["depth"] == DEPTH)]
    rows = over_peer(table, "lasso_cv")
    stopped = rows[rows["stop"] == "5-fold"]
    sparse = stopped[(stopped["k"] < stopped["k"].max()) & stopped["design"].isin(DESIGNS)]
    dense = stopped[stopped["k"] == stopped["k"].max()]
    errors = flows(table[table["k"] < table["k"].max()])
    errors = errors[errors["design"].isin(DESIGNS)]
    folds, best, end = (
        grid(errors[errors["stop"] == stop], "best_error", "design")
        for stop in ("5-fold", "best", "end")
    )
    return {
        "error_over_lasso": weigh(
            largest_median,
            grid(sparse, "ratio", "design"),
            largest_median(grid(dense, "ratio", "design")),
        ),
        "price_of_not_knowing": weigh(largest_median, folds / best, largest_median(end / best)),
    }
