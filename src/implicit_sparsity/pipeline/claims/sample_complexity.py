"""How many samples recovery of the support takes, beside the Lasso and matching pursuit."""

from __future__ import annotations

import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, flows, grid, weigh

#: The depth whose flow is compared, the least of the deep ones.
DEPTH = 3


def mean_gain(gains: Array) -> float:
    """Difference of the shares of recovered supports, mean over all cells."""
    return float(gains.mean())


def recovered(rows: pd.DataFrame) -> Array:
    """1 where the support can be read off the path, shape (replicates, n, k)."""
    return grid(rows.assign(found=rows["separated"].astype(float)), "found", "n", "k")


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """over_lasso and over_omp at depth 3 and over_depth_two; the control starts too large."""
    table = tables["sample_complexity"]
    rows = flows(table)
    small, large = (rows[rows["init"] == init] for init in (rows["init"].min(), rows["init"].max()))
    deep, spoilt, shallow = (
        recovered(kept)
        for kept in (
            small[small["depth"] == DEPTH],
            large[large["depth"] == DEPTH],
            small[small["depth"] == small["depth"].min()],
        )
    )
    others = {
        "over_lasso": recovered(table[table["method"] == "lasso_oracle"]),
        "over_omp": recovered(table[table["method"] == "omp_oracle"]),
        "over_depth_two": shallow,
    }
    return {
        metric: weigh(mean_gain, deep - other, mean_gain(spoilt - other))
        for metric, other in others.items()
    }
