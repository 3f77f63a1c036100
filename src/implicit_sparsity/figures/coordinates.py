"""Coordinates of one instance along its paths, a panel for each depth and a row for each start."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.figures import style

_LEVELS = (style.BLUE, style.GREEN, style.PURPLE, style.SKY)


def draw(table: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """Weights on the support, the largest off it, the true values and the window if there is one.

    Parameters
    ----------
    table : as :func:`implicit_sparsity.tables.coordinates.curves` makes it.
    summary : the experiment's rows of the summary.
    """
    windows = summary[["window_start", "window_end"]].notna().any(axis=None)
    figure, cells = style.cells(summary, 2.15 if windows else 1.75, "weight")
    name = style.start_label(summary)
    for panel, row in cells:
        curves = table[(table["depth"] == row.depth) & (table["alpha"] == row.alpha)]
        _weights(panel, curves)
        style.iteration_axis(panel, row.iterations)
        title = name(row.depth, row.alpha)
        if windows:
            bound = row.alpha ** (row.depth / 4)
            panel.axhline(bound, color="0.2", lw=0.7, ls=":", label=r"bound $\alpha^{N/4}$")
            window = (row.window_start, row.window_end)
            title += "\n" + style.shade_window(panel, *window, row.iterations)
        panel.set_title(title)
    style.legend(figure)
    return figure


def _weights(axes: Axes, curves: pd.DataFrame) -> None:
    """Coordinates on the support, a colour for each true value, and the largest off it."""
    signal = curves[curves["curve"] != "off_support"]
    if signal["truth"].isna().all():
        for _, curve in signal.groupby("curve"):
            colour, label = style.BLUE, "largest weights"
            axes.plot(curve["iteration"], curve["value"], color=colour, label=label, lw=0.9)
    levels = np.sort(signal["truth"].dropna().unique())
    for i, truth in enumerate(levels):
        axes.axhline(truth, color="0.5", lw=0.6, ls=(0, (4, 2)), label="truth", zorder=1)
        colour = _LEVELS[i % len(_LEVELS)]
        name = rf"$w^\ast_i={truth:g}$" if len(levels) > 1 else "on the support"
        for _, curve in signal[signal["truth"] == truth].groupby("curve"):
            axes.plot(curve["iteration"], curve["value"], color=colour, label=name, lw=0.9)
    off = curves[curves["curve"] == "off_support"]
    label = "largest off the support" if levels.size else "largest of the others"
    axes.plot(off["iteration"], off["value"], color=style.VERMILION, label=label, zorder=3)
