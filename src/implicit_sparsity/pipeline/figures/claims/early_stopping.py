"""What running on costs, with noise and without, by depth."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import flows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims import parts


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """Left, the best and the final error with noise; right, final over best, noiseless in grey."""
    rows = flows(tables["early_stopping"])
    rows = rows.assign(ratio=rows["final_error"] / rows["best_error"])
    noisy = rows[rows["noise"] == rows["noise"].max()]
    noiseless = rows[rows["noise"] == rows["noise"].min()]
    figure, ((left, right),) = style.panels(1, 2, 2.4, sharey=False)
    parts.by_depth(left, noisy, "final_error", style.VERMILION, "run to the end", 0.08, "s")
    parts.by_depth(left, noisy, "best_error", style.BLUE, "stopped at the best", -0.08)
    errors = noisy[["best_error", "final_error"]].to_numpy()
    parts.log_axis(left, "y", 0.6 * errors.min(), 1.6 * errors.max())
    name = rf"noise $\sigma={noisy['noise'].iloc[0]:g}$"
    left.set(ylabel=r"$\|w_t-w^{\mathrm{*}}\|_2^2$", title=f"error, {name}")
    parts.by_depth(right, noisy, "ratio", style.PURPLE, name, -0.08, "D")
    parts.by_depth(right, noiseless, "ratio", style.CONTROL, "no noise (control)", 0.08, "D")
    parts.threshold(right, claim.metrics["final_over_best"].limit)
    parts.log_axis(right, "y", 0.6, 1.6 * max(rows["ratio"].max(), 2))
    right.set(ylabel="final / best error", title="what running on costs")
    for axes in (left, right):
        parts.depth_axis(axes, rows["depth"])
    style.legend(figure)
    return figure
