"""With noise, running on spoils what stopping early had found; without, it does not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, flows, grid, weigh


def least_median(ratios: Array) -> float:
    """Median over replicates, at the depth where it is least."""
    return float(np.median(ratios, axis=0).min())


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """final_over_best squared error."""
    rows = flows(tables["early_stopping"])
    rows = rows.assign(ratio=rows["final_error"] / rows["best_error"])
    noisy, noiseless = (
        grid(rows[rows["noise"] == noise], "ratio", "depth")
        for noise in (rows["noise"].max(), rows["noise"].min())
    )
    return {"final_over_best": weigh(least_median, noisy, least_median(noiseless))}
