"""Axes that several figures share: iterations, depths, levels and logarithms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from implicit_sparsity.formatting import mathtext_number, mathtext_power

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@contextmanager
def labels_kept(axes: Axes) -> Iterator[None]:
    """Keep seaborn from labelling the axes with the names of columns."""
    labels = {"xlabel": axes.get_xlabel(), "ylabel": axes.get_ylabel()}
    yield
    axes.set(**labels)


def iteration_axis(axes: Axes, last: float) -> None:
    """Count iterations from 0 to ``last`` on the horizontal axis, in thousands where they are."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    scale, unit = next(
        (scale, unit)
        for scale, unit in ((1e6, " (millions)"), (1e3, " (thousands)"), (1, ""))
        if last > scale or scale == 1
    )
    axes.set_xlim(0, last)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda t, _: f"{t / scale:g}"))
    axes.set_xlabel(f"iteration{unit}")


def depth_axis(axes: Axes, depths: Iterable[float]) -> None:
    """A horizontal axis of the depths."""
    levels = np.sort(pd.unique(pd.Series(depths).dropna()))
    axes.set_xticks(levels, labels=[f"{depth:g}" for depth in levels])
    axes.set_xlim(levels[0] - 0.5, levels[-1] + 0.5)
    axes.set_xlabel("depth $N$")


def level_axis(axes: Axes, levels: Iterable[float]) -> None:
    """Levels, such as depths, evenly spaced along the horizontal axis at 0, 1, …"""
    labels = [f"{level:g}" for level in levels]
    axes.set_xticks(range(len(labels)), labels)
    axes.set_xlim(-0.5, len(labels) - 0.5)


def log_axis(
    axes: Axes, which: str, low: float, high: float, words: Mapping[float, str] | None = None
) -> None:
    """Make an axis logarithmic, with few ticks in one notation.

    Ticks are at powers of ten, and between them where the axis is short.

    Parameters
    ----------
    axes : Axes
        The panel; what is drawn from medians must be there already, as seaborn takes medians of
        logarithms on a logarithmic axis.
    which : {"x", "y"}
        The axis.
    low, high : float
        Its ends, positive.
    words : mapping of float to str, optional
        Words at some places, for what has no logarithm: "none", "not reached".
    """
    words = words or {}
    decades = np.arange(np.floor(np.log10(low)), np.floor(np.log10(high)) + 1)
    every = -(-decades.size // 8)
    steps = (1, 2, 5) if high / low < 30 else (1, 3) if high / low < 300 else (1,)
    ticks = [step * 10.0**e for e in decades if e % every == 0 for step in steps]
    ticks = [t for t in ticks if low <= t <= high]
    clear = np.log(high / low) / 12  # no tick so near to a word that they overlap
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
    axis.minorticks_off()
    axes.set(**{f"{which}lim": (low, high)})
