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
_WORDS = {
    "fixed": "stop that ignores the noise (control)",
    "large": r"start $\alpha^N=1$ (control)",
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
        middle = np.nanmedian if np.isnan(ratios).any() else np.median
        return np.asarray(np.sum(weights * np.log(middle(ratios, axis=-2)), axis=-1))

    return fitted


def _slopes(rows: pd.DataFrame, column: str) -> list[Cell]:
    """A slope for each depth, and for equal and graded weights, that can be fitted."""
    found = []
    for (depth, graded), part in rows.groupby(["depth", "graded"]):
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
    with their 95 % intervals by depth; hollow, beyond the condition; grey, the control."""
    rows = select(tables)
    kinds = np.sort(rows["within"]["graded"].unique())
    figure, axes = style.panels(kinds.size, 3, 1.9)
    for line, graded in zip(axes, kinds, strict=True):
        for panel, (column, name) in zip(line, SIZES.items(), strict=True):
            shown = {part: found[found["graded"] == graded] for part, found in rows.items()}
            _panel(panel, shown, column, claim.metrics[f"slope_{column}"].ends[1])
            panel.set_xlabel(name)
        line[0].set_ylabel(f"{'graded' if graded else 'equal'} weights\nerror / oracle's")
    for panel in axes.flat:
        panel.set(yscale="log", ylim=(0.3, 3 * rows["large"]["ratio"].quantile(0.9)))
        panel.minorticks_off()
    style.legend(figure)
    return figure


def _panel(axes: Axes, rows: Tables, column: str, limit: float) -> None:
    """Ratios against one size, the others being those of most of its values."""
    words = []
    depths = np.sort(rows["within"]["depth"].unique())
    ticks: set[float] = set()
    for i, depth in enumerate(depths):
        aside = _APART ** (i - (depths.size - 1) / 2)
        colour = style.depth_colour(depth)
        for part, face, label in (
            ("within", colour, f"$N={depth:g}$"),
            ("beyond", "white", "_beyond the condition"),
        ):
            swept = sweep(rows[part][rows[part]["depth"] == depth], column)
            if swept.empty:
                continue
            ticks |= set(swept[column])
            _medians(axes, swept, column, aside, colour, face, label)
            if part == "within":
                levels = np.sort(swept[column].unique()).astype(float)
                found = float(slope(levels)(grid(swept, "ratio", column)))
                words.append(f"{round(found, 2) + 0:.2f}")
        name = CONTROLS[column]
        control = sweep(rows[name][rows[name]["depth"] == depth], column)
        if not control.empty:
            look = {"color": style.CONTROL, "lw": 0.8, "label": _WORDS[name]}
            parts.line(axes, control, column, "ratio", **look)
    axes.axhline(1, color="0.2", lw=0.6, zorder=1)
    if not ticks:  # the study does not vary it
        axes.set_axis_off()
        return
    x = np.geomspace(min(ticks), max(ticks), 50)
    wedge = (x / np.sqrt(x[0] * x[-1])) ** limit
    axes.fill_between(x, wedge, 1 / wedge, color=style.SHADE, lw=0, label=f"slopes of ±{limit:g}")
    axes.set_title(mathtext_label("slopes " + ", ".join(words)))
    axes.set_xscale("log")
    places = sorted(ticks)
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.minorticks_off()


def _medians(
    axes: Axes,
    rows: pd.DataFrame,
    column: str,
    aside: float,
    colour: str,
    face: str,
    label: str,
) -> None:
    """Each problem, and the median of each size with its interval."""
    shown = rows.assign(x=rows[column] * aside)
    parts.points(axes, shown, "x", "ratio", color=colour, s=3)
    look: dict[str, Any] = {"mfc": face, "mew": 0.6, "ms": 3.5, "ls": "-", "lw": 0.9}
    draw_cells(axes, by(shown, "x", "ratio"), colour, label, column="x", **look)
