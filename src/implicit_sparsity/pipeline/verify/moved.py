"""All that is compared, computed once more from data whose last bit is moved."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import partial
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.ledger import ledger
from implicit_sparsity.pipeline.config.grids import Experiment, Study
from implicit_sparsity.pipeline.config.sources import Sources
from implicit_sparsity.pipeline.experiments.run import run
from implicit_sparsity.pipeline.experiments.summary import summarise
from implicit_sparsity.pipeline.related.modules import MODULES
from implicit_sparsity.pipeline.related.table import related_table
from implicit_sparsity.pipeline.specs import StudySpec, SystemSpec
from implicit_sparsity.pipeline.studies.baselines import baseline_table
from implicit_sparsity.pipeline.studies.table import study_table
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec
from implicit_sparsity.problems.synthetic import generator

EPS = np.finfo(np.float64).eps


def moved(spec: ProblemSpec | FileSpec, draw: int) -> list[Problem]:
    """The problems of a specification, each response up or down by its last bit at random.

    Parameters
    ----------
    spec : ProblemSpec or FileSpec
        What the problems are made from.
    draw : int
        Which of several such changes; 0 for none.
    """
    problems = generate(spec)
    if not draw:
        return problems
    rng = np.random.default_rng([draw, crc32(spec.experiment.encode())])
    return [
        replace(problem, y=problem.y * (1 + EPS * rng.choice([-1, 1], problem.n)))
        for problem in problems
    ]


class Moved(np.random.Generator):
    """A random stream whose normal and uniform numbers have their last bit moved at random."""

    def standard_normal(self, *args: Any, **keys: Any) -> Any:
        """See NumPy."""
        return self._moved(super().standard_normal(*args, **keys))

    def normal(self, *args: Any, **keys: Any) -> Any:
        """See NumPy."""
        return self._moved(super().normal(*args, **keys))

    def uniform(self, *args: Any, **keys: Any) -> Any:
        """See NumPy."""
        return self._moved(super().uniform(*args, **keys))

    def _moved(self, found: Any) -> Any:
        sign = np.random.default_rng(np.size(found)).choice([-1, 1], np.shape(found))
        return found * (1 + EPS * sign)


def system(spec: SystemSpec, draw: int) -> pd.DataFrame:
    """The table of a related system."""

    def stream(seed: int, key: str, replicate: int) -> np.random.Generator:
        found = generator(seed, key, replicate)
        return Moved(found.bit_generator) if draw else found

    return related_table(spec, stream)


def summary(experiment: Experiment, draw: int) -> pd.DataFrame:
    """The rows of an experiment in the summary."""
    problems = moved(experiment.problem, draw)
    runs = [run(spec, problems) for spec in experiment.runs.values()]
    return summarise(experiment.name, experiment.window, runs)


def measurements(spec: StudySpec, draw: int) -> pd.DataFrame:
    """One depth of a study."""
    return study_table(spec, partial(moved, draw=draw))


def baselines(study: Study, draw: int) -> pd.DataFrame:
    """The baselines of a study."""
    return baseline_table(study.cells, study.baselines, study.timed, partial(moved, draw=draw))


def tables(
    asked: Sources, pool: Executor, draws: int, first: int = 1
) -> Iterator[dict[str, pd.DataFrame]]:
    """The tables that are compared, from data moved in several ways.

    Parameters
    ----------
    asked : Sources
        The checked configuration and claims.
    pool : Executor
        What the jobs are given to.
    draws : int
        How many ways. The studies, which take much longer, are run in the first alone: they have so
        many cells that one way says enough.
    first : int, optional
        The first way; with 0 it is the run itself.

    Yields
    ------
    dict of str to DataFrame
        The summary, and with the first also the two tables of the ledger, if there are claims.
    """
    studies: dict[str, list[Future[pd.DataFrame]]] = {}
    for study in asked.studies.values():
        parts = [pool.submit(measurements, spec, first) for spec in study.runs.values()]
        parts += [pool.submit(baselines, study, first)] if study.baselines else []
        studies[study.name] = parts
    for name, spec in asked.related.items():
        studies[name] = [pool.submit(system, spec, first)]
    summaries = [
        [pool.submit(summary, experiment, draw) for experiment in asked.experiments.values()]
        for draw in range(first, first + draws)
    ]
    found = {name: _joined(parts) for name, parts in studies.items()}
    judged = ledger(asked.claims, found, MODULES)
    for i, parts in enumerate(summaries):
        more = (
            {}
            if i or not asked.claims
            else {"claims": judged.metrics, "claims_cells": judged.cells}
        )
        yield {"summary": _joined(parts), **{name: as_read(table) for name, table in more.items()}}


def _joined(parts: list[Future[pd.DataFrame]]) -> pd.DataFrame:
    return as_read(pd.concat([part.result() for part in parts], ignore_index=True))


def as_read(table: pd.DataFrame) -> pd.DataFrame:
    """A table as it is read from its file."""
    return pd.read_csv(io.StringIO(table.to_csv(index=False)))
