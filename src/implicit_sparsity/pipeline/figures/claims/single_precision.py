"""The early-stopping window in double and single precision, by depth and start."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import CARETRIGHTBASE

from implicit_sparsity.formatting import mathtext_number, percent
from implicit_sparsity.pipeline.claims.evidence import flows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims import parts

_PRECISIONS = {"float64": (-0.17, style.BLUE), "float32": (0.17, style.ORANGE)}


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """A panel for each start, a pair of bars for each depth; an arrow for one that does not end.

    Bars are medians over replicates where there are several.
    """
    rows = flows(tables["precision"]).fillna({"window_start": np.inf, "window_end": np.inf})
    keys = ["alpha", "depth", "precision"]
    edges = rows.groupby(keys)[["window_start", "window_end"]].median()
    starts = np.sort(rows["alpha"].unique())[::-1]
    depths = np.sort(rows["depth"].unique())
    figure, (panels,) = style.panels(1, starts.size, 0.8 + 0.4 * depths.size)
    times = edges.to_numpy()
    times = times[np.isfinite(times)]
    low, high = (0.5 * times.min(), 3 * times.max()) if times.size else (1, 10)
    for axes, alpha in zip(panels, starts, strict=True):
        parts.log_axis(axes, "x", low, high)
        for place, depth in enumerate(depths):
            pair = edges.loc[alpha, depth]
            for precision, (shift, colour) in _PRECISIONS.items():
                start, end = pair.loc[precision]
                _bar(axes, place + shift, start, end, high, colour, precision)
            _beside(axes, place, _change(pair))
        _beside(axes, -0.5, "change", "italic")
        axes.set_yticks(range(depths.size), labels=[f"$N={depth:g}$" for depth in depths])
        axes.set(xlabel="iteration", title=rf"$\alpha={mathtext_number(alpha)}$")
        axes.tick_params(axis="y", length=0)
    panels[0].set_ylim(depths.size - 0.5, -0.5)
    style.legend(figure)
    return figure


def _beside(axes: Axes, y: float, words: str, slant: str = "normal") -> None:
    """Words to the right of the panel."""
    place = axes.get_yaxis_transform()
    axes.text(1.04, y, words, va="center", fontsize=7, style=slant, transform=place)


def _bar(
    axes: Axes, y: float, start: float, end: float, last: float, colour: str, label: str
) -> None:
    """A window from start to end; beyond the panel with an arrow, or words where it is empty."""
    if not start < end:
        axes.text(axes.get_xlim()[0], y, " no window", color=colour, va="center", fontsize=6)
        return
    axes.barh(y, min(end, last) - start, 0.28, left=start, color=colour, lw=0, label=label)
    if np.isinf(end):
        axes.plot(last, y, marker=CARETRIGHTBASE, color=colour, ms=7.5, mew=0, clip_on=False)


def _change(pair: pd.DataFrame) -> str:
    """By how much the window's size in single precision differs from that in double."""
    edges = pair.loc[list(_PRECISIONS), ["window_start", "window_end"]].to_numpy()
    exact, single = (end - start if start < end else 0.0 for start, end in edges)
    if single == exact:
        return "same"
    if not 0 < exact < np.inf:
        return "—"
    return percent(single / exact - 1, 1, signed=True)
