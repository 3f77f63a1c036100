"""With noise, running on loses what stopping early had found; without, it does not."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, least_and_most
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis


def select(tables: Tables) -> Tables:
    """Flows with noise and, as the control, without; ``ratio`` is final over best error.

    "easy" has orthogonal columns and much noise: a positive control.
    """
    rows, easy = (_with_ratio(tables[study]) for study in ("early_stopping", "early_stopping_easy"))
    noiseless, noisy = least_and_most(rows, "noise")
    return {"noisy": noisy, "noiseless": noiseless, "easy": easy}


def _with_ratio(table: pd.DataFrame) -> pd.DataFrame:
    rows = flows(table)
    return rows.assign(ratio=rows["final_error"] / rows["best_error"])


def evidence(tables: Tables) -> dict[str, Evidence]:
    """final_over_best squared error, by depth and signal."""
    rows = select(tables)
    cells = (by(part, ["depth", "signal"], "ratio") for part in rows.values())
    return {"final_over_best": Evidence(*cells)}


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the best and the final error with noise; right, final over best, noiseless in grey."""
    noisy, noiseless, _ = select(tables).values()
    figure, ((left, right),) = style.panels(1, 2, 2.4, sharey=False)
    parts.by_depth(left, noisy, "final_error", style.VERMILION, "run to the end", 0.08, "s")
    parts.by_depth(left, noisy, "best_error", style.BLUE, "stopped at the best", -0.08)
    errors = noisy[["best_error", "final_error"]].to_numpy()
    log_axis(left, "y", 0.6 * errors.min(), 1.6 * errors.max())
    name = rf"noise $\sigma={noisy['noise'].iloc[0]:g}$"
    left.set(ylabel=r"$\|w_t-w^{\mathrm{*}}\|_2^2$", title=f"error, {name}")
    parts.by_depth(right, noisy, "ratio", style.PURPLE, name, -0.08, "D")
    parts.by_depth(right, noiseless, "ratio", style.CONTROL, "no noise (control)", 0.08, "D")
    parts.threshold_line(right, claim.metrics["final_over_best"].limit)
    ratios = pd.concat([noisy, noiseless])["ratio"]
    log_axis(right, "y", 0.6, 1.6 * max(ratios.max(), 2))
    right.set(ylabel="final / best error", title="what running on costs")
    for axes in (left, right):
        depth_axis(axes, noisy["depth"])
    style.legend(figure)
    return figure
