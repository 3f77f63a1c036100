"""The error at a stop without the truth goes like the oracle's in n, k and σ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.formatting import mathtext_label
from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, bootstrapped, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import grid, over_baseline
from implicit_sparsity.pipeline.claims.statistics import Array
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style

#: Sizes by column, as they are named under the panels.
SIZES = {"n": "samples $n$", "k": "non-zero weights $k$", "noise": r"noise $\sigma$"}
#: By column, the part that is its control: a fixed stop does not depend on k either.
CONTROLS = {"n": "fixed", "k": "large", "noise": "fixed"}
_LOOKS = {
    "fixed": (":", "stop that ignores the noise (control)"),
    "large": ("--", r"start $\alpha^N=1$ (control)"),
}
#: Factor between neighbouring depths by which they are set apart along the axis.
_APART = 1.06


def select(tables: Tables) -> Tables:
    """Flows from a small start within the condition and beyond it; as controls, the former at the
    fixed stop, and flows from a large start; as the positive control, an orthogonal design.

    ``ratio`` is the squared error at the prescribed stop over the oracle's on the same problem.
    """
    parts = [over_baseline(table, "oracle") for table in tables.values()]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.assign(
        ratio=rows["prescribed_error"] / rows["best_error_of_baseline"],
        graded=rows["signal"].str.startswith("graded"),
    )
    small, orthogonal = rows["init"] == rows["init"].min(), rows["design"] == "sequence"
    within = rows[small & ~orthogonal & rows["inside"]]
    return {
        "within": within,
        "beyond": rows[small & ~orthogonal & ~rows["inside"]],
        "fixed": within.assign(ratio=within["fixed_error"] / within["best_error_of_baseline"]),
        "large": rows[~small & ~orthogonal & rows["inside"]],
        "orthogonal": rows[orthogonal],
    }


def sweep(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows in which the column takes most values while the other sizes stay what they are."""
    others = [size for size in SIZES if size != column]
    counts = rows.groupby(others)[column].nunique()
    if counts.empty or counts.max() < 2:
        return rows[:0]
    fixed = counts.index[int(counts.to_numpy().argmax())]
    for other, value in zip(others, fixed, strict=True):
        rows = rows[rows[other] == value]
    return rows


def slope(levels: Array) -> Callable[[Array], Array]:
    """The slope of the logarithm of the median ratio in the logarithm of a size.

    Parameters
    ----------
    levels : array, shape (m,)
        Positive.

    Returns
    -------
    callable
        Of ratios of shape (..., problems, m), NaN where there is none, of any number of samples at
        once: slopes of shape (...).
    """
    x = np.log(levels) - np.log(levels).mean()
    weights = x / (x @ x)  # of least squares

    def fitted(ratios: Array) -> Array:
        return np.asarray(np.sum(weights * np.log(medians(ratios)), axis=-1))

    return fitted


def medians(ratios: Array) -> Array:
    """Medians over problems, the last axis but one, of those that have a value (are not NaN).

    Where none has, as in a resample that lacks the only problem of a size, the median is NaN.
    """
    ordered = np.sort(ratios, axis=-2)  # those without a value last
    count = np.sum(~np.isnan(ratios), axis=-2, keepdims=True)
    low, high = (np.take_along_axis(ordered, at, -2) for at in ((count - 1) // 2, count // 2))
    return np.asarray((low + high)[..., 0, :] / 2)


def _slopes(rows: pd.DataFrame, column: str) -> list[Cell]:
    """A slope for each depth, and for equal and graded weights, that can be fitted."""
    found = []
    numbers = rows[["replicate", "depth", "graded", "ratio", *SIZES]]
    for (depth, graded), part in numbers.groupby(["depth", "graded"]):
        swept = sweep(part, column)
        if swept.empty:
            continue
        levels = np.sort(swept[column].unique()).astype(float)
        place = {"depth": depth, "weights": "graded" if graded else "equal"}
        ratios = grid(swept, "ratio", column)
        found.append(bootstrapped(place, slope(levels), ratios, stacked=True))
    return found


def evidence(tables: Tables) -> dict[str, Evidence]:
    """slope_n, slope_k and slope_noise, by depth and kind of weights."""
    rows = select(tables)
    return {
        f"slope_{column}": Evidence(
            _slopes(rows["within"], column),
            _slopes(rows[CONTROLS[column]], column),
            _slopes(rows["orthogonal"], column),
            _slopes(rows["beyond"], column),
        )
        for column in SIZES
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """A row for equal and one for graded weights, a column for each size: each problem, and medians
    with their 95 % intervals by depth; hollow, beyond the condition; grey, the control, with the
    markers of the depths. Titles have the slopes within the condition, by depth."""
    rows = select(tables)
    kinds = np.sort(rows["within"]["graded"].unique())
    figure, axes = style.panels(kinds.size, 3, 2.0)
    for line, graded in zip(axes, kinds, strict=True):
        for panel, (column, name) in zip(line, SIZES.items(), strict=True):
            shown = {part: found[found["graded"] == graded] for part, found in rows.items()}
            _panel(panel, shown, column, claim.metrics[f"slope_{column}"].ends[1])
            panel.set_xlabel(name)
        line[0].set_ylabel(f"{'graded' if graded else 'equal'} weights\nerror / oracle's")
    boxes = [panel.dataLim for panel in axes.flat]
    low = min(0.3, 0.8 * min(box.y0 for box in boxes))
    top = max(3 * rows["large"]["ratio"].quantile(0.9), 1.2 * max(box.y1 for box in boxes))
    for panel in axes.flat:
        panel.set(yscale="log", ylim=(low, top))
        panel.minorticks_off()
    hollow = {"mfc": "white", "mew": 0.6, "ms": 3.5, "ls": "none"}
    axes[0, 0].plot([], [], marker="o", color="0.2", label="beyond the condition", **hollow)
    style.legend(figure)
    return figure


def _panel(axes: Axes, rows: Tables, column: str, limit: float) -> None:
    """Ratios against one size, the others being those of most of its values."""
    slopes: dict[float, float] = {}
    depths = np.sort(rows["within"]["depth"].unique())
    ticks: set[float] = set()
    control = CONTROLS[column]
    for place, depth in enumerate(depths):
        colour = style.depth_colour(depth)
        dashes, words = _LOOKS[control]
        looks: dict[str, dict[str, Any]] = {
            control: {"colour": style.CONTROL, "label": words, "ls": dashes},
            "beyond": {"colour": colour, "label": "_beyond", "mfc": "white"},
            "within": {"colour": colour, "label": f"$N={depth:g}$"},
        }
        for part, look in looks.items():
            swept = sweep(rows[part][rows[part]["depth"] == depth], column)
            if swept.empty:
                continue
            swept = swept.assign(x=swept[column] * parts.aside(place, depths.size, _APART))
            marker = parts.nested(place)["marker"]
            _medians(axes, swept, marker=marker, problems=part != control, **look)
            ticks |= set(swept[column])
            if part == "within":
                levels = np.sort(swept[column].unique()).astype(float)
                slopes[depth] = float(slope(levels)(grid(swept, "ratio", column)))
    if not ticks:  # the study does not vary it
        axes.set_axis_off()
        return
    axes.axhline(1, color="0.2", lw=0.6, zorder=1)
    _wedge(axes, min(ticks), max(ticks), limit)
    order = ", ".join(f"{depth:g}" for depth in slopes)
    found = ", ".join(f"{round(value, 2) + 0:.2f}" for value in slopes.values())
    axes.set_title(mathtext_label(f"slopes at $N={order}$:\n{found}"))
    axes.set_xscale("log")
    places = sorted(ticks)
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.minorticks_off()


def _wedge(axes: Axes, low: float, high: float, limit: float) -> None:
    """The lines through 1 that are no steeper than the claim allows."""
    x = np.geomspace(low, high, 50)
    rise = (x / np.sqrt(low * high)) ** limit
    axes.fill_between(x, rise, 1 / rise, color=style.SHADE, lw=0, label=f"slopes of ±{limit:g}")


def _medians(
    axes: Axes, rows: pd.DataFrame, colour: str, label: str, problems: bool, **look: Any
) -> None:
    """The median at each place x with its interval, and each problem unless it is a control's."""
    if problems:
        parts.points(axes, rows, "x", "ratio", color=colour, s=3)
    shared: dict[str, Any] = {"mew": 0.6, "ms": 3.5, "ls": "-", "lw": 0.9}
    draw_cells(axes, by(rows, "x", "ratio"), colour, label, column="x", **(shared | look))
