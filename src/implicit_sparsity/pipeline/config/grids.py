"""Experiments and studies: grids of problems × depths × starts × replicates."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.models import GridKeys, Pages, ProblemKeys
from implicit_sparsity.pipeline.config.place import Place
from implicit_sparsity.pipeline.specs import RunSpec, StudySpec, SystemSpec
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec


@dataclass(frozen=True)
class Grid:
    """Problems × depths × starts × replicates.

    Attributes
    ----------
    name : str
        Key of the random streams and name of files.
    cells : list of ProblemSpec or FileSpec
        The problems, each with its replicates.
    baselines : list of str
        Methods to compare with on the same problems.
    """

    name: str
    cells: list[Any]
    baselines: list[str]


@dataclass(frozen=True)
class Experiment(Grid):
    """A grid of one problem that is descended and drawn.

    Attributes
    ----------
    figure : str
        Kind of the figure.
    window : str or None
        Early-stopping window to report.
    runs : dict
        The job of each depth, by the depth as it is written in file names.
    """

    cells: list[ProblemSpec | FileSpec]
    figure: str
    window: str | None
    runs: dict[str, RunSpec]

    @property
    def problem(self) -> ProblemSpec | FileSpec:
        """The one problem."""
        return self.cells[0]


@dataclass(frozen=True)
class Study(Grid):
    """A grid of random problems on which flows are measured.

    Attributes
    ----------
    measure : str
        What is measured on each trajectory.
    timed : bool
        Whether the run times of the baselines are reported too.
    runs : dict
        The job of each depth, by the depth as it is written in file names.
    """

    cells: list[ProblemSpec]
    measure: str
    timed: bool
    runs: dict[str, StudySpec]


@dataclass(frozen=True)
class Configuration:
    """All that config.yaml says, checked.

    Attributes
    ----------
    experiments : dict
        Experiments by name.
    studies : dict
        Studies by name.
    related : dict
        Related systems by name.
    pages : Pages
        What the pages beside the figures read.
    left_out : list of str
        Names of the experiments, studies and systems that are null, and of kinds that are.
    """

    experiments: dict[str, Experiment]
    studies: dict[str, Study]
    related: dict[str, SystemSpec]
    pages: Pages
    left_out: list[str]


def written(depth: float) -> str:
    """A depth as it is written in file names: digits, with a point where it is not whole."""
    return np.format_float_positional(depth, trim="-")


def starts(place: Place, entry: GridKeys, depth: float) -> tuple[list[float], list[float]]:
    """The starts of an entry, which gives alpha or init, as α and as α^N.

    Raises
    ------
    ConfigError
        If it gives neither or both, or double precision does not hold α^N.
    """
    given = entry.model_fields_set & {"alpha", "init"}
    if len(given) != 1:
        text = f"{place.entry} needs exactly one of alpha and init (= alpha^N); give one."
        raise ConfigError(place.entry, text)
    found: Any = getattr(entry, min(given))
    values: list[float] = found if isinstance(found, list) else [found]
    if "init" in given:
        return [value ** (1 / depth) for value in values], values
    return values, [_power(place, value, depth) for value in values]


def _power(place: Place, alpha: float, depth: float) -> float:
    try:
        value = float(alpha**depth)
    except OverflowError:
        value = math.inf
    if not 0 < value < math.inf:
        raise place.fault(
            "alpha",
            f"is {alpha:g}, whose power {depth:g} is beyond double precision; move it towards 1.",
        )
    return value


def cells(entry: Any) -> Iterator[ProblemKeys]:
    """The entry with what each combination of each sweep puts in place of its own values."""
    if "vary" not in entry.model_fields_set:
        yield entry
        return
    for sweep in entry.vary:
        varied = {key: getattr(sweep, key) for key in type(sweep).model_fields}
        varied = {key: values for key, values in varied.items() if key in sweep.model_fields_set}
        for values in itertools.product(*varied.values()):
            yield entry.model_copy(update=dict(zip(varied, values, strict=True)))
