"""Recovered images beside their originals, a row for each image and a column for each depth."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.cells import start_label


def draw(table: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """Original images and last iterates, with peak signal-to-noise ratio and relative error.

    Parameters
    ----------
    table : DataFrame
        As :func:`implicit_sparsity.pipeline.experiments.images.curves` makes it.
    summary : DataFrame
        The experiment's rows of the summary.

    Returns
    -------
    Figure
    """
    images = table["image"].unique()
    figure, axes = style.panels(len(images), 1 + len(summary), 1.5)
    name = start_label(summary)
    for image, panels in zip(images, axes, strict=True):
        shown = table[table["image"] == image]
        _show(panels[0], shown[shown["depth"].isna()])
        for row, panel in zip(summary.itertuples(), panels[1:], strict=True):
            pixels = shown[(shown["depth"] == row.depth) & (shown["alpha"] == row.alpha)]
            _show(panel, pixels)
            psnr, error = pixels[["psnr", "relative_error"]].iloc[0]
            panel.set_xlabel(f"{psnr:.1f} dB, error {error:.0%}", labelpad=2)
    titles = ["original", *map(name, summary["depth"], summary["alpha"])]
    for panel, title in zip(axes[0], titles, strict=True):
        panel.set_title(title)
    return figure


def _show(axes: Axes, pixels: pd.DataFrame) -> None:
    """One image in grey, black 0 and white 1 as in the original."""
    grid = pixels.pivot(index="row", columns="column", values="value")
    axes.imshow(grid, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
