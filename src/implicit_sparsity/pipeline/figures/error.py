"""Median squared error over replicates along the paths, one panel for each depth."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.cells import cells, frame

#: What the vertical axis spans at least: errors that are 1 % apart look alike.
LEAST_SPAN = 0.02
#: Words and colour of baselines; others go by their names, in grey.
_BASELINES = {
    "ridge_cv": ("ridge (cross-validated)", style.ORANGE),
    "least_squares": ("least squares", style.GREEN),
    "lasso_cv": ("Lasso (cross-validated)", style.PURPLE),
    "elastic_net_cv": ("elastic net (cross-validated)", style.VERMILION),
    "omp_cv": ("matching pursuit (cross-validated)", style.SKY),
}


def draw(table: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """Medians within quartiles, baselines as horizontal bands, the window if there is one.

    Parameters
    ----------
    table : DataFrame
        As :func:`implicit_sparsity.pipeline.experiments.error.curves` makes it.
    summary : DataFrame
        The experiment's rows of the summary.

    Returns
    -------
    Figure
    """
    held_out = (table["measure"] == "held-out").all()
    error = "held-out squared error" if held_out else r"$\|w_t-w^{\mathrm{*}}\|_2^2$"
    figure, shown = cells(summary, rf"$\log_2$ {error}")
    for panel, row in shown:
        _bands(panel, table[table["method"] != "descent"])
        _curve(panel, table[(table["depth"] == row.depth) & (table["alpha"] == row.alpha)])
        frame(panel, row, summary)
        _widen(panel)
    style.legend(figure)
    return figure


def _widen(axes: Axes) -> None:
    """Keep an axis on which hardly anything moves from being labelled by rounding errors."""
    low, high = axes.get_ylim()
    if high - low < LEAST_SPAN:
        axes.set_ylim((low + high - LEAST_SPAN) / 2, (low + high + LEAST_SPAN) / 2)


def _bands(axes: Axes, baselines: pd.DataFrame) -> None:
    """Median and quartiles of each baseline across the panel."""
    for row in baselines.itertuples():
        label, colour = _BASELINES.get(row.method, (row.method.replace("_", " "), style.CONTROL))
        axes.axhspan(
            row.lower_quartile_log2_error,
            row.upper_quartile_log2_error,
            color=colour,
            alpha=0.25,
            lw=0,
        )
        axes.axhline(row.median_log2_error, color=colour, lw=0.8, ls=style.DASHED, label=label)


def _curve(axes: Axes, curve: pd.DataFrame) -> None:
    """Median over replicates within its quartiles."""
    band = (
        curve["iteration"],
        curve["lower_quartile_log2_error"],
        curve["upper_quartile_log2_error"],
    )
    axes.fill_between(*band, color=style.ERROR, alpha=0.25, lw=0)
    label = "gradient descent, median and quartiles"
    axes.plot(curve["iteration"], curve["median_log2_error"], color=style.ERROR, label=label)
