"""Phase diagram of recovery over depth and start, and the largest start that works."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from implicit_sparsity.pipeline.claims.depth_widens_start import WITHIN, largest_start
from implicit_sparsity.pipeline.claims.evidence import Array, grid, over_peer, weigh
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims.parts import level_axis


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """Left, median best error over the oracle's by depth and α^N; right, the largest start as α."""
    figure, axes = style.panels(1, 2, 2.6, sharey=False)
    left, right = axes[0]
    left.get_gridspec().set_width_ratios([1.5, 1])
    rows = over_peer(tables["phase_diagram"], "oracle")
    dense = over_peer(tables["phase_diagram_dense"], "oracle")
    depths, few = (np.sort(table["depth"].unique()) for table in (rows, dense))
    _diagram(figure, left, rows)
    largest, control = _largest(rows), _largest(dense)
    x = np.arange(float(depths.size))
    label = rf"largest $\alpha^N$ within {WITHIN:g}× the oracle's error"
    _edge(left, x, largest, label)
    look: dict[str, Any] = {"color": style.SHADE, "mec": style.CONTROL, "mew": 0.6, "ms": 5}
    left.plot(np.searchsorted(depths, few), control[1], "X", label="dense truths (control)", **look)
    left.set_ylabel(r"start $\alpha^N$")
    _edge(right, x, largest / depths, label)
    right.set_ylabel(r"the same start as $\alpha$")
    for panel in (left, right):
        panel.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"$10^{{{y:g}}}$"))
        panel.set_xlabel("depth $N$")
        level_axis(panel, depths)
        panel.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    style.legend(figure)
    return figure


def _diagram(figure: Figure, axes: Axes, rows: pd.DataFrame) -> None:
    """Heat map of the median ratio by depth and log₁₀ α^N, white at the limit."""
    log_init = np.log10(np.sort(rows["init"].unique()))
    found = np.log2(np.median(grid(rows, "ratio", "init", "depth"), axis=0))
    limit = np.log2(WITHIN)
    least, most = min(found.min(), limit - 1), max(found.max(), limit + 1)
    norm = TwoSlopeNorm(limit, least - 0.5, most + 2)  # no colour as dark as the line
    x = np.arange(float(found.shape[1]))
    cells = axes.pcolormesh(x, log_init, found, norm=norm, cmap="RdBu_r", shading="nearest")
    cells.set_rasterized(True)
    bar = figure.colorbar(cells, ax=axes, pad=0.02)
    bar.set_label("median of best error / oracle's")
    bar.ax.set_ylim(least, most)
    bar.locator = MaxNLocator(integer=True)
    bar.formatter = FuncFormatter(lambda power, _: f"{2.0**power:g}")
    bar.outline.set_visible(False)
    bar.update_ticks()


def _largest(rows: pd.DataFrame) -> Array:
    """log₁₀ of the largest start that works, lower end of its interval and upper end, by depth."""
    log_init = np.log10(np.sort(rows["init"].unique()))
    ratios = grid(rows, "ratio", "depth", "init")

    def largest(ratios: Array) -> float:
        return float(largest_start(log_init, ratios)[0])

    found = [weigh(largest, ratios[:, [i]], np.nan) for i in range(ratios.shape[1])]
    return np.array([[each.low, each.value, each.high] for each in found]).T


def _edge(axes: Axes, x: Array, largest: Array, label: str) -> None:
    """Largest starts and their intervals."""
    low, value, high = largest
    axes.vlines(x, low, high, color="black", lw=0.8)
    axes.plot(x, value, "o-", color="black", ms=3, lw=0.8, label=label)
