"""What all figures share: size, colours, type and deterministic files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from implicit_sparsity.pipeline.files import written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Text width of a single-column paper, inches.
WIDTH = 5.5

#: Okabe and Ito's colours, which colour-blind readers tell apart.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
)

#: Along a path: the true weights in turn, the largest off the support, the error, and the oracle's.
LEVELS, OFF, ERROR, ORACLE = (BLUE, GREEN, PURPLE, SKY), VERMILION, BLUE, SKY

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
    "figure.constrained_layout.wspace": 0.05,
}


def panels(
    rows: int, columns: int, height: float, sharey: bool = True
) -> tuple[Figure, np.ndarray]:
    """A figure of text width with a grid of panels.

    Parameters
    ----------
    rows, columns : int
        Shape of the grid.
    height : float
        Of one row, in inches.
    sharey : bool
        Whether the panels share their vertical axis.

    Returns
    -------
    figure : Figure
    axes : array of Axes, shape (rows, columns)
    """
    import seaborn as sns

    figure = _figure(height * rows, layout="constrained")
    axes = figure.subplots(rows, columns, sharey=sharey, squeeze=False)
    sns.despine(figure)
    return figure, axes


def page() -> tuple[Figure, Axes]:
    """A figure that is one panel without axes, to be set by hand: no layout is sought for it."""
    figure = _figure(height=1.0, layout=None)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    return figure, axes


def _figure(height: float, layout: Literal["constrained"] | None) -> Figure:
    """A figure of text width, with nothing in it."""
    import seaborn as sns  # these take as long to load as many a job that draws nothing
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    sns.set_theme(context="paper", style="ticks", palette="colorblind", rc=_RC)
    # Not through pyplot, which would need a screen or a choice of backend.
    return FigureCanvasAgg(Figure(figsize=(WIDTH, height), layout=layout)).figure


def depth_colour(depth: float) -> str:
    """The colour of a depth in every figure, from orange for 2 to dark blue for 10 and beyond.

    Colours grow darker with the logarithm of the depth, so that they keep their order in grey and
    for colour-blind readers.
    """
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    share = np.log(depth / _SHALLOW) / np.log(_DEEP / _SHALLOW)
    return to_hex(colormaps["plasma"](_PALEST * (1 - float(np.clip(share, 0, 1)))))


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


def save(figure: Figure, *paths: str | Path, dpi: int = 300) -> None:
    """Write the figure, its bytes free of the time of day."""
    for path in paths:
        undated = {"CreationDate": None} if Path(path).suffix == ".pdf" else None
        with written(path) as part:
            figure.savefig(part, dpi=dpi, metadata=undated)
