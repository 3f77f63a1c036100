"""The kinds of experiment figures by name: how each makes the table behind its figure."""

from __future__ import annotations

from typing import Any, Protocol

import pandas as pd

from implicit_sparsity.pipeline.experiments import coordinates, error, images
from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.problem import Problem


class FigureTable(Protocol):
    """Makes the table behind a figure."""

    def __call__(
        self, problems: list[Problem], runs: list[Runs], /, *baselines: Any, **_: Any
    ) -> pd.DataFrame:
        """A tidy table.

        Parameters
        ----------
        problems : list of Problem
            One for each replicate.
        runs : list of Runs
            One for each depth.
        *baselines : DataFrame
            Errors of the baselines, in an experiment that has some.
        """


FIGURE_TABLES: dict[str, FigureTable] = {
    "coordinates": coordinates.curves,
    "error": error.curves,
    "images": images.curves,
}
