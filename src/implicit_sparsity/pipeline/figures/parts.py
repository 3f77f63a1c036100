"""What several figures of claims are made of.

Whatever has a median is drawn before its axis is made logarithmic: on a logarithmic axis seaborn
would take the median of the logarithms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.figures.axis import labels_kept
from implicit_sparsity.pipeline.figures.style import DASHED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: What seaborn's error bars are to show: the quartiles.
QUARTILES = ("pi", 50)


def nested(place: int) -> dict[str, Any]:
    """Marker, its size and the width of the line of one of several curves, by its place from 0.

    Later curves are smaller, so that all are seen where they coincide. None is moved aside: where
    a curve is steep, that would look like a gap.
    """
    sizes = {"ms": max(5.6 - 0.9 * place, 2.0), "lw": max(1.7 - 0.3 * place, 0.6)}
    return {"marker": "os^Dv"[place % 5]} | sizes


def aside(place: int, count: int, factor: float) -> float:
    """By what to multiply places on a logarithmic axis so that points of curves stand apart.

    Parameters
    ----------
    place, count : int
        Which of the curves, from 0, and of how many.
    factor : float
        Between neighbouring curves.
    """
    return float(factor ** (place - (count - 1) / 2))


def points(axes: Axes, rows: pd.DataFrame, x: str, y: str, **look: Any) -> None:
    """A small light point for each row, without an entry in the legend unless it has a label."""
    import seaborn as sns  # which takes as long to load as many a job that draws nothing

    look = {"marker": "o", "s": 6, "linewidth": 0, "alpha": 0.35} | look
    with labels_kept(axes):
        sns.scatterplot(rows, x=x, y=y, legend=False, ax=axes, **look)


def line(axes: Axes, rows: pd.DataFrame, x: str, y: str, **look: Any) -> None:
    """The median at each x, or what ``estimator`` names, joined by a line.

    ``errorbar=QUARTILES`` adds a band from the lower to the upper quartile. Rows with NaN or an
    infinity do not count.
    """
    import seaborn as sns

    look = {"estimator": "median", "errorbar": None, "mew": 0} | look
    if look["errorbar"]:
        look = {"err_kws": {"alpha": 0.2, "lw": 0}} | look
    with labels_kept(axes):
        sns.lineplot(rows, x=x, y=y, legend=False, ax=axes, **look)


def whiskers(axes: Axes, rows: pd.DataFrame, x: str, y: str, **look: Any) -> None:
    """The median at each x, joined by a line, with a bar between the quartiles through each."""
    bars = {"err_style": "bars", "errorbar": QUARTILES, "err_kws": {"elinewidth": 0.8}}
    line(axes, rows, x, y, **({"marker": "o", "ms": 4} | bars | look))


def counts(axes: Axes, holds: pd.Series, height: float, colour: str) -> None:
    """At each x, of how many problems something holds, in small type.

    Parameters
    ----------
    axes : Axes
        The panel.
    holds : Series of bool
        Whether it holds of each problem, by x in its index.
    height : float
        Where the numbers stand, as a share of the panel's height.
    colour : str
        Theirs.
    """
    look: dict[str, Any] = {"fontsize": 6, "ha": "center", "va": "center", "color": colour}
    for x, count in holds.groupby(level=0).sum().items():
        axes.text(x, height, f"{count:g}", transform=axes.get_xaxis_transform(), **look)


def by_depth(
    axes: Axes,
    rows: pd.DataFrame,
    column: str,
    colour: str,
    label: str,
    shift: float = 0.0,
    marker: str = "o",
    off_scale: float | None = None,
    middle: str | Callable[[pd.Series], float] = "median",
    joined: bool = True,
    steep: bool = False,
    crossed: str | None = None,
) -> None:
    """A column by depth: problems as light points, their median or mean strong and joined.

    Parameters
    ----------
    axes : Axes
        The panel.
    rows : DataFrame
        With the columns depth and ``column``.
    column : str
        What is drawn.
    colour, label, marker : str
        Look of the points and of the line, and its words in the legend.
    shift : float
        How far to move all aside, from what else is drawn at the same depth.
    off_scale : float, optional
        Where zeros and infinities are drawn, for which a logarithmic axis has no place. Medians
        there are not joined.
    middle : {"median", "mean"} or callable
        What the strong points are.
    joined : bool, optional
        Whether they are joined, which asks for an axis on which depths are numbers.
    steep : bool, optional
        Whether ``shift`` moves the light points alone: a steep line that is moved looks higher or
        lower than it is.
    crossed : str, optional
        The column that says which problems are crosses.
    """
    groups = rows.groupby("depth")[column]
    count = groups.transform("size")
    # Side by side in the order of the rows, always the same.
    aside = np.where(count > 1, 0.12 * groups.cumcount() / np.maximum(count - 1, 1) - 0.06, 0.0)
    shown = rows.assign(x=rows["depth"] + shift + aside)
    middles = groups.agg(middle)
    places = middles.index.to_numpy(float) + (0.0 if steep else shift)
    if off_scale is not None:
        shown[column] = shown[column].replace({0.0: off_scale, np.inf: off_scale})
        off = middles.isin([0.0, np.inf])
        axes.plot(places[off], np.full(off.sum(), off_scale), marker, color=colour, ms=4.5, mew=0)
        middles = middles.mask(off)
    apart = shown[crossed].astype(bool) if crossed else pd.Series(False, shown.index)
    points(axes, shown[~apart], "x", column, color=colour, marker=marker)
    if apart.any():
        cross = {"marker": "x", "s": 14, "linewidth": 0.9, "alpha": 1, "zorder": 3}
        points(axes, shown[apart], "x", column, color=colour, **cross)
    line = "-" if joined else ""
    axes.plot(places, middles, f"{marker}{line}", color=colour, ms=4.5, mew=0, label=label)


def threshold_line(
    axes: Axes,
    value: float,
    left: float | None = None,
    right: float | None = None,
    colour: str = "0.2",
) -> None:
    """A threshold of the ledger across the panel, or from ``left`` to ``right`` only.

    The limits of the panel must be set then. A colour is that of what alone is judged by it.
    """
    low, high = axes.get_xlim()
    ends = [
        share if place is None else (place - low) / (high - low)
        for place, share in ((left, 0.0), (right, 1.0))
    ]
    line = axes.axhline(value, *ends, color=colour, lw=0.7, ls=DASHED, zorder=1)
    line.set_label("threshold of the claim")
