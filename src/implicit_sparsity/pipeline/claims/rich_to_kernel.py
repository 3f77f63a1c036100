"""From a large start the flow is linear regression: its best is ridge's, its end least squares."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import least_and_most, over_baseline
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis

#: Factor between depths at one start by which their problems are set apart along the axis.
_APART = 1.35


def select(tables: Tables) -> Tables:
    """Flows from every start; ``ratio`` is their best error over tuned ridge's.

    "easy" has orthogonal columns, from a large start alone: a positive control.
    """
    parts = {"flows": "kernel", "easy": "kernel_easy"}
    return {part: over_baseline(tables[study], "ridge_oracle") for part, study in parts.items()}


def evidence(tables: Tables) -> dict[str, Evidence]:
    """best_against_ridge and end_from_least_squares, at the largest start; control: the least."""
    rows = select(tables)
    least, most = least_and_most(rows["flows"], "init")
    columns = {"best_against_ridge": "ratio", "end_from_least_squares": "end_distance"}
    return {
        metric: Evidence(*(by(part, "depth", column) for part in (most, least, rows["easy"])))
        for metric, column in columns.items()
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, best error over tuned ridge's; right, distance of the end from least squares.

    A line for each depth: medians within quartiles; light points are problems, which alone stand
    side by side about their common start. Starts are shaded from which on all depths meet both
    thresholds.
    """
    rows = select(tables)["flows"]
    figure, ((left, right),) = style.panels(1, 2, 2.5, sharey=False)
    edges = claim.metrics["best_against_ridge"].ends
    at_most = claim.metrics["end_from_least_squares"].limit
    shown = {"ratio": (left, edges), "end_distance": (right, (at_most,))}
    starts = np.sort(rows["init"].unique())
    first = _first_linear(rows, edges, at_most)
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
    """Problems, side by side, and their median and quartiles over the start, by depth."""
    count = rows["depth"].nunique()
    for place, (depth, part) in enumerate(rows.groupby("depth")):
        shown = part.assign(x=part["init"] * parts.aside(place, count, _APART))
        colour = style.depth_colour(depth)
        parts.points(axes, shown, "x", column, color=colour, s=3)
        look = parts.nested(place) | {"color": colour, "label": f"$N={depth:g}$"}
        parts.line(axes, part, "init", column, errorbar=parts.QUARTILES, **look)


def _first_linear(rows: pd.DataFrame, edges: tuple[float, float], at_most: float) -> float | None:
    """The start from which on the medians of all depths meet both thresholds, if there is one."""
    medians = rows.groupby(["init", "depth"])[["ratio", "end_distance"]].median()
    linear = medians["ratio"].between(*edges) & (medians["end_distance"] <= at_most)
    everywhere = linear.unstack().all(axis=1)
    from_here_on = everywhere[::-1].cummin()
    return float(from_here_on.index[from_here_on].min()) if from_here_on.any() else None
