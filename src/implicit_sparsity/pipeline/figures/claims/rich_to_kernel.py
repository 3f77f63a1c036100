"""From the rich to the kernel regime: best error and end of the flow against the start."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import over_peer
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims import parts


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """Left, best error over tuned ridge's; right, distance of the end from least squares.

    A line for each depth: medians within quartiles. Starts are shaded from which on all
    depths meet both thresholds.
    """
    rows = over_peer(tables["kernel"], "ridge_oracle")
    figure, ((left, right),) = style.panels(1, 2, 2.5, sharey=False)
    _lines(left, rows, "ratio")
    _lines(right, rows, "end_distance")
    edge = 2 ** claim.metrics["best_against_ridge"].limit
    at_most = claim.metrics["end_from_least_squares"].limit
    for level in (1 / edge, edge):
        parts.threshold(left, level)
    parts.threshold(right, at_most)
    medians = rows.groupby(["init", "depth"])[["ratio", "end_distance"]].median()
    linear = medians["ratio"].between(1 / edge, edge) & (medians["end_distance"] <= at_most)
    rich = linear.unstack().all(axis=1)[lambda held: ~held].index
    starts = np.sort(rows["init"].unique())
    for axes, column in ((left, "ratio"), (right, "end_distance")):
        parts.log_axis(axes, "x", 0.5 * starts[0], 2 * starts[-1])
        parts.log_axis(axes, "y", 0.4 * rows[column].min(), 4 * max(rows[column].max(), 1))
        axes.set_xlabel(r"start $\alpha^N$")
        if not rich.size or rich[-1] < starts[-1]:
            first = starts[starts > rich[-1]][0] if rich.size else starts[0]
            axes.axvspan(
                first, 2 * starts[-1], color=style.SHADE, lw=0, zorder=0, label="kernel regime"
            )
    left.set(ylabel="best error / tuned ridge's", title="best error along the path")
    right.set_ylabel(r"$\|w_\infty-w_{\mathrm{LS}}\|\;/\;\|w_{\mathrm{LS}}\|$")
    right.set_title("end, from least squares")
    style.legend(figure)
    return figure


def _lines(axes: Axes, rows: pd.DataFrame, column: str) -> None:
    """Median and quartiles of a column over the start, by depth."""
    for depth, flows in rows.groupby("depth"):
        found = flows.groupby("init")[column].quantile([0.25, 0.5, 0.75]).unstack()
        colour = style.depth_colour(depth)
        axes.fill_between(found.index, found[0.25], found[0.75], color=colour, alpha=0.2, lw=0)
        axes.plot(found.index, found[0.5], "o-", color=colour, ms=2.5, label=f"$N={depth:g}$")
