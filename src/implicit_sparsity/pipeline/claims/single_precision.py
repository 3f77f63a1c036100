"""Whether single precision changes the early-stopping windows, at the greatest depth."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import CARETRIGHTBASE

from implicit_sparsity.formatting import mathtext_number, percent
from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, with_interval
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, grid, windows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.axis import log_axis

#: By precision, how far its bars are moved aside, and their colour.
_PRECISIONS = {"float64": (-0.17, style.BLUE), "float32": (0.17, style.ORANGE)}


def select(tables: Tables) -> Tables:
    """Windows in both precisions; one that does not close has no end."""
    rows = flows(tables["precision"])
    return {"flows": windows(rows.assign(final_time=np.inf))}


def change(sizes: Array) -> float:
    """Median over replicates of |size in float32 / size in float64 − 1|, at one depth and start.

    A window that does not open or close is infinitely far from one that does, and does not differ
    from another such.
    """
    single, double = sizes[:, 0], sizes[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.abs(single / double - 1)
    return float(np.median(np.where(single == double, 0.0, change)))


def evidence(tables: Tables) -> dict[str, Evidence]:
    """change_at_authors_start and change_at_smaller_start; the control is the least depth."""
    # (replicates, float32 and float64, depths, starts)
    sizes = grid(select(tables)["flows"], "window_size", "precision", "depth", "alpha")
    starts = {"change_at_authors_start": -1, "change_at_smaller_start": 0}
    return {
        metric: with_interval(change, sizes[:, :, -1, start], change(sizes[:, :, 0, start]))
        for metric, start in starts.items()
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """A panel for each start, a pair of bars for each depth; an arrow for one that does not end.

    Bars are medians over replicates where there are several.
    """
    rows = select(tables)["flows"].fillna({"window_start": np.inf, "window_end": np.inf})
    keys = ["alpha", "depth", "precision"]
    edges = rows.groupby(keys)[["window_start", "window_end"]].median()
    starts = np.sort(rows["alpha"].unique())[::-1]
    depths = np.sort(rows["depth"].unique())
    figure, (panels,) = style.panels(1, starts.size, 0.8 + 0.4 * depths.size)
    times = edges.to_numpy()
    times = times[np.isfinite(times)]
    low, high = (0.5 * times.min(), 3 * times.max()) if times.size else (1, 10)
    for axes, alpha in zip(panels, starts, strict=True):
        log_axis(axes, "x", low, high)
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
    double, single = (end - start if start < end else 0.0 for start, end in edges)
    if single == double:
        return "same"
    if not 0 < double < np.inf:
        return "—"
    return "+∞" if np.isinf(single) else percent(single / double - 1, 1, signed=True)
