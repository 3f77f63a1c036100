"""The greater the depth, the larger the start from which the truth is still recovered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from scipy.stats import kendalltau

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, with_interval
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import grid, over_baseline
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.axis import level_axis

#: Best error over the oracle's up to which a start works.
WITHIN = 2.0


def select(tables: Tables) -> Tables:
    """Flows with their error over the oracle's, for sparse and, as the control, dense truths."""
    studies = {"sparse": "phase_diagram", "dense": "phase_diagram_dense"}
    return {part: over_baseline(tables[study], "oracle") for part, study in studies.items()}


def largest_start(log_init: Array, ratios: Array) -> Array:
    """log₁₀ of the largest α^N up to which the median ratio stays within the limit, by depth.

    Between two starts of the grid it is interpolated (in the logarithms); it is the grid's first
    where none works, and its last where all do.

    Parameters
    ----------
    log_init : array, shape (starts,)
        Increasing.
    ratios : array, shape (replicates, depths, starts)
        Best error over the oracle's.

    Returns
    -------
    array, shape (depths,)
    """
    found = []
    for median in np.log(np.median(ratios, axis=0) / WITHIN):
        fails = median > 0
        i = int(fails.argmax()) if fails.any() else len(log_init)
        if i in (0, len(log_init)):
            found.append(log_init[max(i - 1, 0)])
        else:
            share = median[i - 1] / (median[i - 1] - median[i])
            found.append(log_init[i - 1] + share * (log_init[i] - log_init[i - 1]))
    return np.array(found)


def gain(log_init: Array) -> Callable[[Array], float]:
    """Decades by which the largest start at the greatest depth exceeds that at the least."""

    def statistic(ratios: Array) -> float:
        starts = largest_start(log_init, ratios)
        return float(starts[-1] - starts[0])

    return statistic


def order(log_init: Array) -> Callable[[Array], float]:
    """Kendall's τ of the largest start with depth; 0 where all are equal."""

    def statistic(ratios: Array) -> float:
        starts = largest_start(log_init, ratios)
        tau = kendalltau(starts, np.arange(starts.size)).statistic
        return 0.0 if np.isnan(tau) else float(tau)

    return statistic


def evidence(tables: Tables) -> dict[str, Evidence]:
    """decades_gained from the least to the greatest depth, and order_with_depth."""
    (log_init, ratios), (log_init_dense, dense) = map(_by_start, select(tables).values())
    return {
        name: with_interval(statistic(log_init), ratios, statistic(log_init_dense)(dense))
        for name, statistic in (("decades_gained", gain), ("order_with_depth", order))
    }


def _by_start(rows: pd.DataFrame) -> tuple[Array, Array]:
    """log₁₀ of the starts, and the ratios, shape (replicates, depths, starts)."""
    return np.log10(np.sort(rows["init"].unique())), grid(rows, "ratio", "depth", "init")


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, median best error over the oracle's by depth and α^N; right, the largest start as α."""
    figure, axes = style.panels(1, 2, 2.6, sharey=False)
    left, right = axes[0]
    left.get_gridspec().set_width_ratios([1.5, 1])
    rows, dense = select(tables).values()
    depths, few = (np.sort(part["depth"].unique()) for part in (rows, dense))
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
    """Heat map of the median ratio by depth and log₁₀ α^N, white at the limit.

    Not seaborn's, whose cells have no numeric axis on which the largest start could be drawn.
    """
    log_init, ratios = _by_start(rows)
    found = np.log2(np.median(ratios, axis=0)).T
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
    log_init, ratios = _by_start(rows)

    def largest(ratios: Array) -> float:
        return float(largest_start(log_init, ratios)[0])

    found = [with_interval(largest, ratios[:, [i]], np.nan) for i in range(ratios.shape[1])]
    return np.array([[each.low, each.value, each.high] for each in found]).T


def _edge(axes: Axes, x: Array, largest: Array, label: str) -> None:
    """Largest starts and their intervals."""
    low, value, high = largest
    axes.vlines(x, low, high, color="black", lw=0.8)
    axes.plot(x, value, "o-", color="black", ms=3, lw=0.8, label=label)
