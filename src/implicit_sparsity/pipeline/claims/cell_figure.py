"""Cells of the evidence as points with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from implicit_sparsity.pipeline.claims.evidence import Cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_cells(
    axes: Axes,
    cells: Sequence[Cell],
    colour: str,
    label: str,
    marker: str = "o",
    shift: float = 0.0,
    column: str = "depth",
    off_scale: float | None = None,
    **look: Any,
) -> None:
    """Each cell as a point over one column of its place, with a bar for its interval.

    An end that nothing bounds has no bar.

    Parameters
    ----------
    axes : Axes
        The panel.
    cells : sequence of Cell
        Several at the same level of the column stand side by side.
    colour, label, marker : str
        Look of the points, and their words in the legend.
    shift : float
        How far to move all aside.
    column : str
        The column of the horizontal axis.
    off_scale : float, optional
        Where infinite values and ends are drawn.
    **look
        What else matplotlib's ``errorbar`` takes.
    """
    places = [float(cell.place[column]) for cell in cells]  # type: ignore[arg-type]
    beside = [places[:i].count(place) for i, place in enumerate(places)]
    x = np.array(places) + shift + 0.08 * np.array(beside)
    found = np.array([(cell.value, *cell.ends) for cell in cells])
    if off_scale is not None:
        found = np.where(np.isposinf(found), off_scale, found)
    value, low, high = found.T
    bars = np.abs(np.nan_to_num(np.array([value - low, high - value]), posinf=0.0))
    shared: dict[str, Any] = {"ms": 4, "mew": 0, "elinewidth": 0.9, "ls": "none"}
    look = shared | look
    axes.errorbar(x, value, bars, color=colour, marker=marker, label=label, **look)
