"""What several figures of claims are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from implicit_sparsity.formatting import mathtext_number, mathtext_power
from implicit_sparsity.pipeline.figures.style import DASHED


def by_depth(
    axes: Axes,
    rows: pd.DataFrame,
    column: str,
    colour: str,
    label: str,
    shift: float = 0.0,
    marker: str = "o",
    beyond: float | None = None,
    middle: str = "median",
) -> None:
    """A column by depth: replicates as light points, their median or mean strong and joined.

    ``shift`` moves them aside from what else is drawn. Zeros and infinities, for which a
    logarithmic axis has no place, are drawn at ``beyond``, and medians there are not joined.
    """
    middles = rows.groupby("depth")[column].agg(middle)
    for depth, values in rows.groupby("depth")[column]:
        aside = depth + shift + np.linspace(-0.06, 0.06, values.size) * (values.size > 1)
        shown = values if beyond is None else values.replace({0.0: beyond, np.inf: beyond})
        axes.plot(aside, shown, marker, color=colour, alpha=0.35, ms=2.5, mew=0)
    places = middles.index + shift
    if beyond is not None:
        off = middles.isin([0.0, np.inf])
        axes.plot(places[off], np.full(off.sum(), beyond), marker, color=colour, ms=4.5, mew=0)
        middles = middles.mask(off)
    axes.plot(places, middles, f"{marker}-", color=colour, ms=4.5, mew=0, label=label)


def depth_axis(axes: Axes, depths: Iterable[float]) -> None:
    """A horizontal axis of the depths."""
    levels = np.sort(pd.unique(pd.Series(depths).dropna()))
    axes.set_xticks(levels, labels=[f"{depth:g}" for depth in levels])
    axes.set_xlim(levels[0] - 0.5, levels[-1] + 0.5)
    axes.set_xlabel("depth $N$")


def threshold(axes: Axes, value: float, left: float | None = None) -> None:
    """A threshold of the ledger across the panel, or from ``left`` on (limits must be set then)."""
    low, high = axes.get_xlim()
    share = 0.0 if left is None else (left - low) / (high - low)
    line = axes.axhline(value, xmin=share, color="0.2", lw=0.7, ls=DASHED, zorder=1)
    line.set_label("threshold of the claim")


def log_axis(
    axes: Axes, which: str, low: float, high: float, words: Mapping[float, str] | None = None
) -> None:
    """Make an axis, "x" or "y", logarithmic from ``low`` to ``high``; words name some places.

    Ticks are at powers of ten, and between them where the axis is short. Words stand for what has
    no logarithm: "none", "never".
    """
    words = words or {}
    decades = np.arange(np.floor(np.log10(low)), np.floor(np.log10(high)) + 1)
    every = -(-decades.size // 8)
    steps = (1, 2, 5) if high / low < 30 else (1, 3) if high / low < 300 else (1,)
    ticks = [step * 10.0**e for e in decades if e % every == 0 for step in steps]
    ticks = [t for t in ticks if low <= t <= high]
    clear = np.log(high / low) / 12  # a word needs room of its own
    places = [t for t in ticks if all(abs(np.log(t / place)) > clear for place in words)]
    # Powers of ten all along, or 0.01 would stand beside 10⁻⁴.
    powers = steps == (1,) and not all(1e-3 <= t < 1e3 for t in places)
    numbers = [
        mathtext_power(np.log10(t)) if powers and not 1 <= t <= 10 else mathtext_number(t)
        for t in places
    ]
    labels = [*(f"${number}$" for number in numbers), *words.values()]
    axes.set(**{f"{which}scale": "log"})
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_ticks([*places, *words], labels=labels)
    axis.set_minor_locator(NullLocator())
    axes.set(**{f"{which}lim": (low, high)})


def quartiles(rows: pd.DataFrame, values: str, by: str) -> pd.DataFrame:
    """Columns low, median and high: quartiles of the values, by increasing level of a column."""
    found = rows.groupby(by)[values].quantile([0.25, 0.5, 0.75]).unstack()
    return found.set_axis(["low", "median", "high"], axis=1)


def whiskers(axes: Axes, x: Any, spread: pd.DataFrame, color: Any, **style: Any) -> None:
    """Medians, with a bar from the lower to the upper quartile through each."""
    axes.vlines(np.asarray(x), spread["low"], spread["high"], color=color, lw=0.8)
    axes.plot(np.asarray(x), spread["median"], **{"color": color, "marker": "o", "ms": 3} | style)


def level_axis(axes: Axes, levels: Any) -> None:
    """Levels, such as depths, evenly spaced along the horizontal axis at 0, 1, …"""
    axes.set_xticks(range(len(levels)), [f"{level:g}" for level in levels])
    axes.set_xlim(-0.5, len(levels) - 0.5)
