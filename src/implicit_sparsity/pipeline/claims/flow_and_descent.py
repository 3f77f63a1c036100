"""Gradient descent follows its flow up to an error in proportion to the step."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, with_interval
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, grid
from implicit_sparsity.pipeline.claims.statistics import departure
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis

#: The paper's step size.
STEP = 1e-2


def select(tables: Tables) -> Tables:
    """Descents beside their flows, with the relative shift of the window's edges.

    An edge that only one of the two reaches is infinitely far off; NaN if neither does.
    """
    rows = flows(tables["discretisation"])
    for edge in ("start", "end"):
        descent, flow = rows[f"descent_{edge}"], rows[f"flow_{edge}"]
        shift = (descent / flow - 1).abs().mask(descent.isna() != flow.isna(), np.inf)
        rows = rows.assign(**{f"shift_{edge}": shift})
    return {"descents": rows}


def largest_median(shifts: Array) -> float:
    """Median over replicates, at the edge and depth where it is largest.

    Edges that both never reach do not count.
    """
    reached = ~np.isnan(shifts).all(axis=0)
    return float(np.nanmedian(shifts[:, reached], axis=0).max()) if reached.any() else np.nan


def evidence(tables: Tables) -> dict[str, Evidence]:
    """slope (departure from 1) from the paper's step down, and edge_shift at the paper's."""
    rows = select(tables)["descents"]
    steps = np.sort(rows["step_size"].unique())
    deviation, fast, *shifts = (
        grid(rows, column, "step_size", "depth")
        for column in ("deviation", "deviation_fast", "shift_start", "shift_end")
    )
    fine = steps <= STEP
    slope = departure(steps[fine], 1.0)
    shift = np.stack(shifts, axis=-1)
    return {
        "slope": with_interval(slope, deviation[:, fine], slope(fast[:, fine])),
        "edge_shift": with_interval(
            largest_median, shift[:, steps == STEP], largest_median(shift[:, -1:])
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the largest deviation of a weight; right, how far the window's edges move."""
    rows = select(tables)["descents"]
    edges = ["shift_start", "shift_end"]
    # A logarithmic axis has no place for the others.
    rows[edges] = rows[edges].where((rows[edges] > 0) & np.isfinite(rows[edges]))
    steps = np.sort(rows["step_size"].unique())
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    for depth, group in rows.groupby("depth"):
        colour, name = style.depth_colour(depth), f"$N={depth:g}$"
        _line(left, group, "deviation_fast", style.CONTROL, "o:", "clock 1 % fast (control)")
        _line(left, group, "deviation", colour, "o-", name)
        fast = group.loc[group["step_size"] == steps[-1], "deviation_fast"].median()
        beside = {"xytext": (5, 0), "textcoords": "offset points", "color": "0.4", "fontsize": 6}
        left.annotate(name, (steps[-1], fast), va="center", **beside)
        _line(right, group, "shift_start", colour, "^-")
        _line(right, group, "shift_end", colour, "v--")
    guide = rows["deviation"].min() * 0.6
    left.plot(steps, guide * steps / steps[0], color="0.2", lw=0.7, ls="-.", label="slope 1")
    for edge, line in (("start of window", "^-"), ("end of window", "v--")):
        right.plot([], [], line, color="0.2", ms=3.5, mew=0, label=edge)
    parts.threshold_line(right, claim.metrics["edge_shift"].limit)
    for axes, columns in ((left, ["deviation", "deviation_fast"]), (right, edges)):
        axes.axvline(STEP, color=style.EDGE, lw=0.6, zorder=0, label="the paper's step")
        log_axis(axes, "x", 0.7 * steps[0], 1.8 * steps[-1])
        log_axis(axes, "y", 0.5 * np.nanmin(rows[columns]), 2 * np.nanmax(rows[columns]))
        axes.set_xlabel(r"step size $\eta$")
    left.set(ylabel=r"$\max_{t,i}\;|w_i^{\mathrm{descent}}-w_i^{\mathrm{flow}}|$")
    left.set_title("largest deviation of a weight")
    right.set(ylabel="relative shift", title="edges of the window")
    style.legend(figure)
    return figure


def _line(
    axes: Axes, rows: pd.DataFrame, column: str, colour: str, line: str, label: str | None = None
) -> None:
    """A column over the step size: replicates as light points, their median as a line."""
    marker, dashes = line[0], line[1:]
    parts.points(axes, rows, "step_size", column, color=colour, marker=marker, s=5, alpha=0.25)
    look = {"color": colour, "marker": marker, "linestyle": dashes, "ms": 3.5, "label": label}
    parts.line(axes, rows, "step_size", column, **look)
