"""Coordinates of one instance along its paths, a panel for each depth and a row for each start."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from implicit_sparsity.pipeline.figures import style

_LEVELS = (style.BLUE, style.GREEN, style.PURPLE, style.SKY)


def draw(table: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """Weights on the support, the largest off it, the true values and the window if there is one.

    Where the truth is not known and the columns have names, a legend below the panels tells them.

    Parameters
    ----------
    table : as :func:`implicit_sparsity.pipeline.experiments.coordinates.curves` makes it.
    summary : the experiment's rows of the summary.
    """
    windows = summary[["window_start", "window_end"]].notna().any(axis=None)
    figure, cells = style.cells(summary, 2.15 if windows else 1.75, "weight")
    name = style.start_label(summary)
    truth_known = table.loc[table["curve"] != "off_support", "truth"].notna().any()
    for panel, row in cells:
        curves = table[(table["depth"] == row.depth) & (table["alpha"] == row.alpha)]
        named = _weights(panel, curves)
        style.iteration_axis(panel, row.iterations)
        title = name(row.depth, row.alpha)
        if windows:
            if truth_known:
                bound = row.alpha ** (row.depth / 4)
                panel.axhline(bound, color="0.2", lw=0.7, ls=":", label=r"bound $\alpha^{N/4}$")
            window = (row.window_start, row.window_end)
            title += "\n" + style.shade_window(panel, *window, row.iterations)
        panel.set_title(title)
    style.legend(figure)
    if named:
        labels = [_shown(name) for name in named]
        figure.legend(
            list(named.values()),
            labels,
            loc="outside lower center",
            ncols=4,
            frameon=False,
            handlelength=1.8,
            columnspacing=1.2,
        )
    return figure


def _shown(name: str) -> str:
    """The name of a column, of no more than its share of the legend, and no mathtext."""
    return (name if len(name) <= 16 else f"{name[:15]}…").replace("$", r"\$")


def _weights(axes: Axes, curves: pd.DataFrame) -> dict[str, Line2D]:
    """Coordinates on the support, a colour for each true value, and the largest off it.

    Returns the lines of columns whose truth is not known by name, where they have names.
    """
    lines = {}
    signal = curves[curves["curve"] != "off_support"]
    if signal["truth"].isna().all():
        named = not signal["curve"].str.fullmatch(r"w_\d+").all()
        for i, (name, curve) in enumerate(signal.groupby("curve", sort=not named)):
            (line,) = axes.plot(curve["iteration"], curve["value"], color=style.BLUE, lw=0.9)
            if named:
                line.set(color=_LEVELS[i % 4], linestyle=("-", style.DASHED)[i // 4 % 2])
                lines[str(name).removeprefix("w_")] = line
            else:
                line.set_label("largest weights")
    levels = np.sort(signal["truth"].dropna().unique())
    for i, truth in enumerate(levels):
        axes.axhline(truth, color="0.5", lw=0.6, ls=(0, (4, 2)), label="truth", zorder=1)
        colour = _LEVELS[i % len(_LEVELS)]
        name = rf"$w^\ast_i={float(f'{truth:.3g}'):g}$" if len(levels) > 1 else "on the support"
        for _, curve in signal[signal["truth"] == truth].groupby("curve"):
            axes.plot(curve["iteration"], curve["value"], color=colour, label=name, lw=0.9)
    off = curves[curves["curve"] == "off_support"]
    label = "largest off the support" if levels.size else "largest of the others"
    axes.plot(off["iteration"], off["value"], color=style.VERMILION, label=label, zorder=3)
    return lines
