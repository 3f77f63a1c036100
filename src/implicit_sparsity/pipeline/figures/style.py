"""What all figures share: size, colours, type and deterministic files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from implicit_sparsity.formatting import mathtext_number

#: Text width of a single-column paper, inches.
WIDTH = 5.5

#: Panels side by side, at most; more would leave no room for their titles.
COLUMNS = 3

#: Okabe and Ito's colours, which colour-blind readers tell apart.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
)

#: An early-stopping window and its edges.
SHADE, EDGE = "#E6E6E6", "#999999"

#: Negative controls, and the replicates beside a median.
CONTROL = "#8C8C8C"

#: Depths between which colours run, and the part of matplotlib's "plasma" that is seen on white.
_SHALLOW, _DEEP, _PALEST = 2, 10, 0.65

#: Levels to compare with.
DASHED = (0, (4, 2))

_RC = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.1,
    "pdf.fonttype": 42,  # TrueType, which journals ask for
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.wspace": 0.05,
}


def panels(
    rows: int, columns: int, height: float, sharey: bool = True
) -> tuple[Figure, np.ndarray]:
    """A figure of text width with a grid of panels that share their vertical axis.

    Returns the figure and an object array of Axes, shape (rows, columns). ``height`` is that of
    one row in inches.
    """
    sns.set_theme(context="paper", style="ticks", palette="colorblind", rc=_RC)
    # Not through pyplot, which would need a screen or a choice of backend.
    figure = FigureCanvasAgg(Figure(figsize=(WIDTH, height * rows))).figure
    axes = figure.subplots(rows, columns, sharey=sharey, squeeze=False)
    sns.despine(figure)
    return figure, axes


def depth_colour(depth: float) -> str:
    """The colour of a depth in every figure, from orange for 2 to dark blue for 10 and beyond.

    Colours grow darker with the logarithm of the depth, so that they keep their order in grey and
    for colour-blind readers.
    """
    share = np.log(depth / _SHALLOW) / np.log(_DEEP / _SHALLOW)
    return to_hex(matplotlib.colormaps["plasma"](_PALEST * (1 - float(np.clip(share, 0, 1)))))


def iteration_axis(axes: Axes, last: float) -> None:
    """Count iterations from 0 to ``last`` on the horizontal axis, in thousands where they are."""
    scale, unit = next(
        (scale, unit)
        for scale, unit in ((1e6, " (millions)"), (1e3, " (thousands)"), (1, ""))
        if last > scale or scale == 1
    )
    axes.set_xlim(0, last)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda t, _: f"{t / scale:g}"))
    axes.set_xlabel(f"iteration{unit}")


def shade_window(axes: Axes, start: float, end: float, last: float) -> str:
    """Shade an early-stopping window, an edge missing where not reached; return words on it."""
    for edge in (start, end):
        if not pd.isna(edge):
            axes.axvline(edge, color=EDGE, lw=0.6, zorder=0)
    if pd.isna(start):
        return "the window does not open"
    stop = last if pd.isna(end) else end
    if stop > start:
        axes.axvspan(start, stop, color=SHADE, lw=0, zorder=0, label="early-stopping window")
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


def cells(
    summary: pd.DataFrame, height: float, ylabel: str
) -> tuple[Figure, list[tuple[Axes, Any]]]:
    """A figure and its panels, each with its row of the summary.

    Starts are rows of panels and depths are columns, wrapped after ``COLUMNS``.
    """
    depths = list(summary["depth"].unique())
    starts = summary.groupby("depth", sort=False).cumcount()
    lines = -(-len(depths) // COLUMNS)
    columns = -(-len(depths) // lines)
    figure, axes = panels(lines * (starts.max() + 1), columns, height)
    shown = []
    for row, start in zip(summary.itertuples(), starts, strict=True):
        line, column = divmod(depths.index(row.depth), columns)
        shown.append((axes[lines * start + line, column], row))
    for panel in axes[:, 0]:
        panel.set_ylabel(ylabel)
    for spare in set(axes.flat).difference(panel for panel, _ in shown):
        figure.delaxes(spare)
    return figure, shown


def legend(figure: Figure) -> None:
    """One legend for all panels, above them, in two lines where one is too narrow."""
    entries: dict[str, Any] = {}
    for axes in figure.axes:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    for rows in (1, 2):
        shown = figure.legend(
            list(entries.values()),
            list(entries),
            loc="outside upper center",
            ncols=-(-len(entries) // rows),
            frameon=False,
            handlelength=1.4,
            columnspacing=1.2,
        )
        if rows == 2 or shown.get_window_extent().width <= figure.bbox.width:
            return
        shown.remove()


def save(figure: Figure, *paths: str | Path) -> None:
    """Write the figure, its bytes free of the time of day."""
    for path in paths:
        undated = {"CreationDate": None} if Path(path).suffix == ".pdf" else None
        figure.savefig(path, dpi=300, metadata=undated)
