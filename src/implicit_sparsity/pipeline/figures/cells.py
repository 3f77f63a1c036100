"""Panels of experiments: one for each depth and start, with the early-stopping window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.formatting import mathtext_number
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.axis import iteration_axis

#: Panels side by side, at most; more would leave no room for their titles.
COLUMNS = 3


def cells(summary: pd.DataFrame, ylabel: str) -> tuple[Figure, list[tuple[Axes, Any]]]:
    """A figure with a panel for each row of the summary.

    Starts are rows of panels and depths are columns, wrapped after ``COLUMNS``.

    Parameters
    ----------
    summary : DataFrame
        The experiment's rows of the summary.
    ylabel : str
        What the vertical axes show.

    Returns
    -------
    figure : Figure
    shown : list of (Axes, named tuple)
        Each panel with its row of the summary.
    """
    depths = list(summary["depth"].unique())
    starts = summary.groupby("depth", sort=False).cumcount()
    lines = -(-len(depths) // COLUMNS)
    columns = -(-len(depths) // lines)
    height = 2.15 if has_windows(summary) else 1.75
    figure, axes = style.panels(lines * (starts.max() + 1), columns, height)
    shown = []
    for row, start in zip(summary.itertuples(), starts, strict=True):
        line, column = divmod(depths.index(row.depth), columns)
        panel = axes[lines * start + line, column]
        shown.append((panel, row))
    for panel in axes[:, 0]:
        panel.set_ylabel(ylabel)
    for spare in set(axes.flat).difference(panel for panel, _ in shown):
        figure.delaxes(spare)
    return figure, shown


def has_windows(summary: pd.DataFrame) -> bool:
    """Whether an edge of a window is known of any row."""
    return bool(summary[["window_start", "window_end"]].notna().any(axis=None))


def frame(axes: Axes, row: Any, summary: pd.DataFrame) -> None:
    """Axis of iterations, title and, if any panel has one, the window of one panel.

    Parameters
    ----------
    axes : Axes
        The panel, in which the curves are drawn already.
    row : named tuple
        Its row of the summary.
    summary : DataFrame
        All rows of the summary.
    """
    iteration_axis(axes, row.iterations)
    title = start_label(summary)(row.depth, row.alpha)
    if has_windows(summary):
        title += "\n" + shade_window(axes, row.window_start, row.window_end, row.iterations)
    axes.set_title(title)


def shade_window(axes: Axes, start: float, end: float, last: float) -> str:
    """Shade an early-stopping window, an edge missing where not reached; return words on it."""
    for edge in (start, end):
        if not pd.isna(edge):
            axes.axvline(edge, color=style.EDGE, lw=0.6, zorder=0)
    if pd.isna(start):
        return "the window does not open"
    if start == 0 and pd.isna(end):  # as where nothing happens, so that nothing is to be marked
        return "the whole run is in the window"
    stop = last if pd.isna(end) else end
    if stop > start:
        axes.axvspan(start, stop, color=style.SHADE, lw=0, zorder=0, label="early-stopping window")
    if pd.isna(end):
        return f"window from {start:,.0f} to\nbeyond the last iteration"
    if end <= start:
        return "no window"
    return f"window {start:,.0f} – {end:,.0f}\n({end - start:,.0f} iterations)"


def start_label(summary: pd.DataFrame) -> Callable[[float, float], str]:
    """How to name a start (depth, alpha): as α where that is what the depths share, else α^N."""
    shared_alpha = summary["alpha"].nunique() < summary["init"].nunique()

    def label(depth: float, alpha: float) -> str:
        symbol, value = (r"\alpha", alpha) if shared_alpha else (r"\alpha^N", alpha**depth)
        return rf"$N={depth:g}$, ${symbol}={mathtext_number(value)}$"

    return label
