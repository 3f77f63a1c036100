"""From a large start the flow is linear regression: its best is ridge's, its end least squares."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, with_interval
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import grid, over_baseline
from implicit_sparsity.pipeline.claims.statistics import largest_median
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis


def select(tables: Tables) -> Tables:
    """Flows from every start; ``ratio`` is their best error over tuned ridge's."""
    return {"flows": over_baseline(tables["kernel"], "ridge_oracle")}


def farthest_from_ridge(ratios: Array) -> float:
    """|log₂| of the median best error over ridge's, at the depth where it is largest."""
    return float(np.abs(np.log2(np.median(ratios, axis=0))).max())


def evidence(tables: Tables) -> dict[str, Evidence]:
    """best_against_ridge and end_from_least_squares, at the largest start; control: the least."""
    rows = select(tables)["flows"]
    ratio = grid(rows, "ratio", "init", "depth")
    distance = grid(rows, "end_distance", "init", "depth")
    return {
        "best_against_ridge": with_interval(
            farthest_from_ridge, ratio[:, -1], farthest_from_ridge(ratio[:, 0])
        ),
        "end_from_least_squares": with_interval(
            largest_median, distance[:, -1], largest_median(distance[:, 0])
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, best error over tuned ridge's; right, distance of the end from least squares.

    A line for each depth: medians within quartiles. Starts are shaded from which on all
    depths meet both thresholds.
    """
    rows = select(tables)["flows"]
    figure, ((left, right),) = style.panels(1, 2, 2.5, sharey=False)
    edge = 2 ** claim.metrics["best_against_ridge"].limit
    at_most = claim.metrics["end_from_least_squares"].limit
    shown = {"ratio": (left, (1 / edge, edge)), "end_distance": (right, (at_most,))}
    starts = np.sort(rows["init"].unique())
    first = _first_linear(rows, edge, at_most)
    for column, (axes, thresholds) in shown.items():
        _by_start(axes, rows, column)
        for level in thresholds:
            parts.threshold_line(axes, level)
        log_axis(axes, "x", 0.5 * starts[0], 2 * starts[-1])
        log_axis(axes, "y", 0.4 * rows[column].min(), 4 * max(rows[column].max(), 1))
        axes.set_xlabel(r"start $\alpha^N$")
        if first is not None:
            region = {"color": style.SHADE, "lw": 0, "zorder": 0, "label": "kernel regime"}
            axes.axvspan(first, 2 * starts[-1], **region)
    left.set(ylabel="best error / tuned ridge's", title="best error along the path")
    right.set_ylabel(r"$\|w_\infty-w_{\mathrm{LS}}\|\;/\;\|w_{\mathrm{LS}}\|$")
    right.set_title("end, from least squares")
    style.legend(figure)
    return figure


def _by_start(axes: Axes, rows: pd.DataFrame, column: str) -> None:
    """Median and quartiles of a column over the start, by depth."""
    for depth, part in rows.groupby("depth"):
        look = {"color": style.depth_colour(depth), "marker": "o", "ms": 3.5}
        label = f"$N={depth:g}$"
        parts.line(axes, part, "init", column, errorbar=parts.QUARTILES, label=label, **look)


def _first_linear(rows: pd.DataFrame, edge: float, at_most: float) -> float | None:
    """The start from which on the medians of all depths meet both thresholds, if there is one."""
    medians = rows.groupby(["init", "depth"])[["ratio", "end_distance"]].median()
    linear = medians["ratio"].between(1 / edge, edge) & (medians["end_distance"] <= at_most)
    everywhere = linear.unstack().all(axis=1)
    from_here_on = everywhere[::-1].cummin()
    return float(from_here_on.index[from_here_on].min()) if from_here_on.any() else None
