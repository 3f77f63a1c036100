"""The drawings of experiments by kind; `experiments.registry` has the tables behind them."""

from __future__ import annotations

from typing import Protocol

import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.figures import coordinates, error, images


class Drawing(Protocol):
    """Draws the figure of an experiment."""

    def __call__(self, table: pd.DataFrame, summary: pd.DataFrame) -> Figure:
        """A figure.

        Parameters
        ----------
        table : DataFrame
            What the kind's table holds.
        summary : DataFrame
            The experiment's rows of the summary.
        """


FIGURES: dict[str, Drawing] = {
    "coordinates": coordinates.draw,
    "error": error.draw,
    "images": images.draw,
}
