"""Coordinates of one problem along its paths, a panel for each depth and a row for each start."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.axis import labels_kept
from implicit_sparsity.pipeline.figures.cells import cells, frame, has_windows
from implicit_sparsity.pipeline.figures.footnote import BELOW


def draw(table: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """Weights on the support, the largest off it, the true values and the window if there is one.

    Where the truth is not known and the columns have names, a legend below the panels tells them.

    Parameters
    ----------
    table : DataFrame
        As :func:`implicit_sparsity.pipeline.experiments.coordinates.curves` makes it.
    summary : DataFrame
        The experiment's rows of the summary.

    Returns
    -------
    Figure
    """
    figure, shown = cells(summary, "weight")
    truth_known = table.loc[table["curve"] != "off_support", "truth"].notna().any()
    for panel, row in shown:
        curves = table[(table["depth"] == row.depth) & (table["alpha"] == row.alpha)]
        named = _weights(panel, curves)
        if truth_known and has_windows(summary):
            bound = row.alpha ** (row.depth / 4)
            panel.axhline(bound, color="0.2", lw=0.7, ls=":", label=r"bound $\alpha^{N/4}$")
        frame(panel, row, summary)
    style.legend(figure)
    if named:
        legend = figure.legend(
            list(named.values()),
            [_shown(name, place) for place, name in enumerate(named, start=1)],
            loc="outside lower center",
            ncols=4,
            frameon=False,
            handlelength=1.8,
            columnspacing=1.2,
        )
        legend.set_gid(BELOW)
    return figure


def _shown(name: str, place: int) -> str:
    """The name of a column, no wider than its share of the legend, if the font has its letters."""
    # Here, as the estimators take a second to load, and only data from a file have such names.
    from implicit_sparsity.regression.display import legend_label

    shown = legend_label(name if len(name) <= 16 else f"{name[:15]}…", f"curve {place}")
    if shown == f"curve {place}" != name:
        warnings.warn(
            f"The font of figures lacks a letter of {name!r:.80}, which is called curve {place} "
            "here, by its place in the table.",
            stacklevel=2,
        )
    return shown


def _weights(axes: Axes, curves: pd.DataFrame) -> dict[str, Line2D]:
    """Coordinates on the support and the largest off it.

    Returns the lines of columns whose truth is not known by name, where they have names.
    """
    signal = curves[curves["curve"] != "off_support"]
    truth_known = signal["truth"].notna().any()
    named = not truth_known and not signal["curve"].str.fullmatch(r"w_\d+").all()
    lines = _named(axes, signal) if named else {}
    if truth_known:
        _true_weights(axes, signal)
    elif not named:
        _lines(axes, signal, color=style.BLUE, label="largest weights", lw=0.9)
    off = curves[curves["curve"] == "off_support"]
    label = "largest off the support" if truth_known else "largest of the others"
    _lines(axes, off, color=style.OFF, label=label, zorder=3)
    return lines


def _lines(axes: Axes, curves: pd.DataFrame, **look: object) -> None:
    """A line for each curve, all of one look."""
    options = {"x": "iteration", "y": "value", "units": "curve", "estimator": None}
    with labels_kept(axes):
        sns.lineplot(curves, legend=False, ax=axes, **options, **look)


def _named(axes: Axes, signal: pd.DataFrame) -> dict[str, Line2D]:
    """A line of its own colour and dashes for each column, by its name."""
    lines, count = {}, len(style.LEVELS)
    for i, (name, curve) in enumerate(signal.groupby("curve", sort=False)):
        look = {"color": style.LEVELS[i % count], "linestyle": ("-", style.DASHED)[i // count % 2]}
        _lines(axes, curve, lw=0.9, **look)
        lines[str(name).removeprefix("w_")] = axes.lines[-1]
    return lines


def _true_weights(axes: Axes, signal: pd.DataFrame) -> None:
    """A level for each true value, and the weights that should reach it in a colour."""
    levels = np.sort(signal["truth"].dropna().unique())
    for i, truth in enumerate(levels):
        axes.axhline(truth, color="0.5", lw=0.6, ls=style.DASHED, label="truth", zorder=1)
        label = rf"$w^\ast_i={float(f'{truth:.3g}'):g}$" if len(levels) > 1 else "on the support"
        reaching = signal[signal["truth"] == truth]
        _lines(axes, reaching, color=style.LEVELS[i % len(style.LEVELS)], label=label, lw=0.9)
