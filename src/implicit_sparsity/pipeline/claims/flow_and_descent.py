"""Gradient descent follows its flow up to an error in proportion to the step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, bootstrapped, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, grid
from implicit_sparsity.pipeline.claims.statistics import Array
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis

#: η N² of the paper's largest steps: those of convergence, and the larger ones of the others.
LARGEST = 0.2


def select(tables: Tables) -> Tables:
    """Descents beside their flows, at the paper's steps, and at the longest and the shortest ones.

    ``scaled`` is η N², ``shift`` the larger relative shift of the two edges of the window. An edge
    that only one of the two reaches is infinitely far off; one that neither does is not.
    """
    rows = flows(tables["discretisation"])
    rows = rows.assign(scaled=(rows["step_size"] * rows["depth"] ** 2).round(9))
    for edge in ("start", "end"):
        descent, flow = rows[f"descent_{edge}"], rows[f"flow_{edge}"]
        shift = (descent / flow - 1).abs().mask(descent.isna() != flow.isna(), np.inf)
        rows[f"shift_{edge}"] = shift
    rows["shift"] = rows[["shift_start", "shift_end"]].max(axis=1)
    rows = rows[rows["deviation"].notna()]
    longest, shortest = (
        rows["scaled"] == end for end in (rows["scaled"].max(), rows["scaled"].min())
    )
    return {
        "paper": rows[(rows["scaled"] <= LARGEST) & ~shortest],
        "longest": rows[longest],
        "shortest": rows[shortest],
    }


def slope(scaled: Array) -> Callable[[Array], float]:
    """As a statistic of deviations (count, steps): the slope of their medians in logarithms."""

    def statistic(deviations: Array) -> float:
        return float(np.polyfit(np.log(scaled), np.log(np.median(deviations, axis=0)), 1)[0])

    return statistic


def slopes(rows: pd.DataFrame, column: str) -> list[Cell]:
    """The slope of a column in the step, by depth."""
    return [
        bootstrapped(
            {"depth": depth},
            slope(np.sort(part["scaled"].unique())),
            grid(part, column, "scaled"),
        )
        for depth, part in rows.groupby("depth")
    ]


def evidence(tables: Tables) -> dict[str, Evidence]:
    """edge_shift at the paper's steps, and the slope of the deviation in the step."""
    rows = select(tables)
    place = ["depth", "step_size"]
    fine = pd.concat([rows["paper"], rows["shortest"]])
    return {
        "edge_shift": Evidence(*(by(part, place, "shift") for part in rows.values())),
        "slope": Evidence(*(slopes(fine, f"deviation{of}") for of in ("", "_fast"))),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the largest deviation of a weight, dotted, from a clock that is fast; right, how far
    the window's edges move.

    Light points are problems, set apart by depth; lines are medians, smaller where several are one
    on top of the other. The infinite is drawn at the top and not joined: "diverges", descents that
    do; "one alone", edges that only descent or only the flow reaches. The shaded steps are no
    longer than the paper's.
    """
    rows = pd.concat(select(tables).values())
    rows["shift"] = rows["shift"].where(rows["shift"] > 0)
    steps = np.sort(rows["scaled"].unique())
    figure, ((left, right),) = style.panels(1, 2, 2.8, sharey=False)
    guide = rows["deviation"].min() * 0.6
    left.plot(steps, guide * steps / steps[0], color="0.2", lw=0.7, ls="-.", label="slope 1")
    for axes, columns, words in (
        (left, ["deviation_fast", "deviation"], "diverges"),
        (right, ["shift"], "one\nalone"),
    ):
        known = rows[columns].where(np.isfinite(rows[columns]))
        top = 5 * known.max(axis=None)
        for column in columns:
            _by_step(axes, rows, column, top)
        beyond = {top: words} if np.isinf(rows[columns]).any(axis=None) else {}
        log_axis(axes, "x", 0.7 * steps[0], 1.8 * steps[-1])
        log_axis(axes, "y", 0.5 * known.min(axis=None), 2 * top, beyond)
        region = {"color": style.SHADE, "lw": 0, "zorder": 0, "label": "the paper's steps"}
        axes.axvspan(0.7 * steps[0], LARGEST * 1.2, **region)
        axes.set_xlabel(r"step size $\eta N^2$")
    parts.threshold_line(right, claim.metrics["edge_shift"].limit)
    left.plot([], [], ":", color=style.CONTROL, label="clock 5 % fast (control)")
    left.set(ylabel=r"$\max_{t,i}\;|w_i^{\mathrm{descent}}-w_i^{\mathrm{flow}}|$")
    left.set_title("largest deviation of a weight")
    right.set(ylabel="larger relative shift of the two", title="edges of the window")
    style.legend(figure)
    return figure


def _by_step(axes: Axes, rows: pd.DataFrame, column: str, top: float) -> None:
    """A column over the step size by depth: problems as light points, medians as a line."""
    control = column == "deviation_fast"
    depths = np.sort(rows["depth"].unique())
    for place, (depth, part) in enumerate(rows.groupby("depth")):
        colour = style.depth_colour(depth)
        shown = part.assign(x=part["scaled"] * parts.aside(place, depths.size, 1.09))
        shown[column] = shown[column].clip(upper=top)
        shade = style.CONTROL if control else colour
        parts.points(axes, shown, "x", column, color=shade, s=4, alpha=0.25)
        medians = part.groupby("scaled")[column].median()
        look = parts.nested(place) | {"color": shade, "mec": colour, "mew": 0.7 * control}
        if control:
            look |= {"ls": ":", "mfc": "none"}
        axes.plot(
            medians.replace(np.inf, np.nan), label=None if control else f"$N={depth:g}$", **look
        )
        beyond = medians[np.isinf(medians)]
        axes.plot(beyond.clip(upper=top), **(look | {"ls": "none"}))
