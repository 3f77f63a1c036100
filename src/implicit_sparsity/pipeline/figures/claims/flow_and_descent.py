"""How far gradient descent strays from its flow, by step size."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import flows
from implicit_sparsity.pipeline.claims.flow_and_descent import STEP
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims import parts


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """Left, the largest deviation of a weight; right, how far the window's edges move."""
    rows = flows(tables["discretisation"])
    shifts = {
        f"shift_{edge}": (rows[f"descent_{edge}"] / rows[f"flow_{edge}"] - 1).abs()
        for edge in ("start", "end")
    }
    # No logarithm of a shift of nothing.
    rows = rows.assign(**{name: shift.where(shift > 0) for name, shift in shifts.items()})
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    for depth, group in rows.groupby("depth"):
        colour, name = style.depth_colour(depth), f"$N={depth:g}$"
        _line(left, group, "deviation_fast", style.CONTROL, "o:", "clock 1 % fast (control)")
        _line(left, group, "deviation", colour, "o-", name)
        fast = group.groupby("step_size")["deviation_fast"].median()
        beside = {"xytext": (5, 0), "textcoords": "offset points", "color": "0.4", "fontsize": 6}
        left.annotate(name, (fast.index[-1], fast.iloc[-1]), va="center", **beside)
        _line(right, group, "shift_start", colour, "^-")
        _line(right, group, "shift_end", colour, "v--")
    steps = np.sort(rows["step_size"].unique())
    guide = rows["deviation"].min() * 0.6
    left.plot(steps, guide * steps / steps[0], color="0.2", lw=0.7, ls="-.", label="slope 1")
    for edge, line in (("start of window", "^-"), ("end of window", "v--")):
        right.plot([], [], line, color="0.2", ms=3.5, mew=0, label=edge)
    parts.threshold(right, claim.metrics["edge_shift"].limit)
    shown = {
        left: rows[["deviation", "deviation_fast"]],
        right: rows[["shift_start", "shift_end"]],
    }
    for axes, columns in shown.items():
        axes.axvline(STEP, color=style.EDGE, lw=0.6, zorder=0, label="the paper's step")
        parts.log_axis(axes, "x", 0.7 * steps[0], 1.8 * steps[-1])
        low, high = np.nanmin(columns), np.nanmax(columns)
        parts.log_axis(axes, "y", 0.5 * low, 2 * high)
        axes.set_xlabel(r"step size $\eta$")
    left.set(ylabel=r"$\max_{t,i}\;|w_i^{\mathrm{descent}}-w_i^{\mathrm{flow}}|$")
    left.set_title("largest deviation of a weight")
    right.set(ylabel="relative shift", title="edges of the window")
    style.legend(figure)
    return figure


def _line(
    axes: Axes, rows: pd.DataFrame, column: str, colour: str, line: str, label: str = ""
) -> None:
    """A column over the step size: replicates as light points, their median as a line."""
    axes.plot(rows["step_size"], rows[column], line[0], color=colour, alpha=0.25, ms=2.2, mew=0)
    median = rows.groupby("step_size")[column].median()
    axes.plot(median.index, median, line, color=colour, ms=3.5, mew=0, label=label)
