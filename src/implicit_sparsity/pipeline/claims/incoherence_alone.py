"""Whether the incoherence μ k r tells by itself where recovery breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, Place, by, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, windows
from implicit_sparsity.pipeline.claims.statistics import Interval
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style

#: Words by which a signal is told to lie at random places.
RANDOM = "random places"
#: By place, the words in the legend, the colour, the marker and how far to move aside.
_LOOKS = {
    False: ("neighbouring columns", style.BLUE, "o", 0.0),
    True: ("random places", style.ORANGE, "s", 0.06),
}


def select(tables: Tables) -> Tables:
    """Flows on AR(1) designs, on independent ones, the positive control, and on nearly repeated
    columns, whose share is taken from that of independent ones, the control.

    ``opens`` is whether there is a window, ``random`` whether the truth lies at random places, and
    ``signs`` what its signs are.
    """
    rows = windows(flows(tables["correlated_beyond"]))
    rows = rows.assign(
        opens=rows["window_size"] > 0,
        random=rows["signal"].str.contains(RANDOM),
        signs=np.where(rows["signal"].str.contains("random signs"), "random", "equal"),
        family=rows["design"].str.split("(").str[0],
    )
    return {
        "ar1": rows[rows["family"] == "ar1"],
        "independent": rows[rows["family"] == "gaussian"],
        "repeated": rows[rows["family"] == "coherent_pairs"],
    }


def difference(place: Place, first: Cell, second: Cell) -> Cell:
    """The share of one cell less that of another, of other problems.

    The ends are those of the two intervals taken against each other, each at the level that both
    hold at together; it is wider than need be, but no narrower where both shares are 1.
    """

    def ends(level: float) -> tuple[float, float]:
        each = 1 - (1 - level) / 2
        (low, high), (least, most) = first.interval(each), second.interval(each)
        return low - most, high - least

    interval: Interval = ends
    count = min(first.count, second.count)
    return Cell(place, "difference", first.value - second.value, count, interval)


def _gaps(
    rows: pd.DataFrame, columns: list[str], first: Callable[[pd.DataFrame], pd.Series]
) -> list[Cell]:
    """Differences of shares, of the rows that ``first`` picks less the others, by some columns."""
    found = []
    for place, part in rows.groupby(columns):
        chosen = first(part)
        cells = [share({}, part.loc[rest, "opens"]) for rest in (chosen, ~chosen)]
        if all(cell.count for cell in cells):
            found.append(difference(dict(zip(columns, place, strict=True)), *cells))
    return found


def evidence(tables: Tables) -> dict[str, Evidence]:
    """gap, by depth, design and signs."""
    rows = select(tables)
    against = pd.concat([rows["repeated"], rows["independent"]])
    return {
        "gap": Evidence(
            _gaps(rows["ar1"], ["depth", "design", "signs"], lambda part: ~part["random"]),
            _gaps(against, ["depth", "signs"], lambda part: part["family"] == "gaussian"),
            _gaps(rows["independent"], ["depth", "signs"], lambda part: ~part["random"]),
        )
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """A column for each depth and a row for equal and random signs: the share of AR(1) problems
    with a window, with its 95 % interval; shaded, what is near enough to neighbouring columns. The
    least incoherent ones are independent, the positive control; the control, of another kind of
    columns, is to be far from them."""
    rows = select(tables)
    shown = pd.concat([rows["independent"], rows["ar1"]])
    depths, signs = np.sort(shown["depth"].unique()), sorted(shown["signs"].unique())
    figure, axes = style.panels(len(signs), depths.size, 1.6)
    limit = claim.metrics["gap"].ends[1]
    for line, sign in zip(axes, signs, strict=True):
        for panel, depth in zip(line, depths, strict=True):
            here, repeated = (
                part[(part["signs"] == sign) & (part["depth"] == depth)]
                for part in (shown, rows["repeated"])
            )
            for at_random, look in _LOOKS.items():
                cells = _shares(panel, here[here["random"] == at_random], *look, ls="-", lw=0.9)
                if not at_random:
                    x = np.array([cell.place["at"] for cell in cells])
                    values = np.array([cell.value for cell in cells])
                    band = values - limit, values + limit
                    words = f"neighbouring columns ± {limit:g}"
                    panel.fill_between(x, *band, color=style.SHADE, lw=0, label=words)
            _shares(panel, repeated, "coherent pairs (control)", style.CONTROL, "v", 0.0)
        line[0].set_ylabel(f"with a window\n{sign} signs")
    for panel, depth in zip(axes[0], depths, strict=True):
        panel.set_title(f"$N={depth:g}$")
    for panel in axes[-1]:
        panel.set_xlabel(r"incoherence $\mu\,k\,r$")
    for panel in axes.flat:
        panel.set_ylim(-0.05, 1.08)
        panel.yaxis.set_major_formatter(PercentFormatter(1))
    style.legend(figure)
    return figure


def _shares(
    axes: Axes, rows: pd.DataFrame, label: str, colour: str, marker: str, shift: float, **look: Any
) -> list[Cell]:
    """The share with a window of each design, at its incoherence."""
    at = rows.groupby("design")["incoherence"].transform("median")
    cells = by(rows.assign(at=at), "at", "opens", share)
    draw_cells(axes, cells, colour, label, marker, shift, "at", **look)
    return cells
