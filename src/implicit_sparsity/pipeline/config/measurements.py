"""Columns of data files that may be no measurements, told before any work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice

import numpy as np

from implicit_sparsity.pipeline.config.grids import Experiment
from implicit_sparsity.problems.columns import FEWEST
from implicit_sparsity.problems.files import archive
from implicit_sparsity.problems.files.header import header
from implicit_sparsity.problems.files.names import is_archive
from implicit_sparsity.problems.files.rows import rows
from implicit_sparsity.problems.spec import FileSpec

#: Rows that are looked at, and entries of X up to which an archive is read; the job reads all.
ROWS, ENTRIES = 1000, 10**6


def notes(experiments: Iterable[Experiment]) -> list[str]:
    """A sentence, with its place and the remedy, on each column that seems no measurement.

    The job that reads the data warns of the same, in its log.
    """
    found = []
    for experiment in experiments:
        if isinstance(experiment.problem, FileSpec):
            with suppress(ValueError):  # a fault in the values, which the job tells
                sentences = _of_file(experiment.problem)
                found += [f"experiments.{experiment.name}.design: {each}" for each in sentences]
    return found


def _of_file(spec: FileSpec) -> list[str]:
    """Sentences on the columns of a file."""
    if is_archive(spec.file):
        n, p = archive.shapes(spec.file)["X"]
        if n * p > ENTRIES:
            return []
        arrays = archive.read(spec.file, ["X", "y"])
        values = np.column_stack([arrays["X"], arrays["y"]])[:ROWS].tolist()
        names, twice = [f"{i + 1} of X" for i in range(p)], list[str]()
        counting, copies = no_measurements(values, list(range(p)), p)
        remedy = "leave it out"
    else:
        head = header(spec.file, spec.target, spec.layout)
        names, twice = [repr(name) for name in head.names], head.twice
        with rows(spec.file, spec.layout) as lines:
            whole = (row for row in islice(lines, 1, ROWS + 1) if len(row) >= len(names))
            counting, copies = no_measurements(whole, head.X, head.target, spec.decimal)
        remedy = "name it in leave_out"
    words = {
        f"counts the rows; {remedy} if that is no measurement.": counting,
        f"is a copy of the target, which it predicts without error; {remedy}.": copies,
    }
    return twice + [
        f"{spec.file}: column {names[i]:.60} {sentence}"
        for sentence, places in words.items()
        for i in places
    ]


def no_measurements(
    found: Iterable[Sequence[str | float]], X: list[int], target: int, decimal: str = "."
) -> tuple[list[int], list[int]]:
    """The columns of X that count the rows, from 0 or from 1 on, and those that are the target.

    A column is looked at no further once it is neither, so that the first rows cost most.

    Parameters
    ----------
    found : iterable of sequence
        The rows, with numbers or their texts.
    X : list of int
        The places of the columns of X.
    target : int
        The place of the target.
    decimal : str, optional
        The decimal sign of texts.

    Returns
    -------
    tuple of list of int
        Their places; none where there are too few rows to tell.
    """
    from_0, from_1, copies, seen = X, X, X, 0
    for seen, row in enumerate(found, start=1):
        numbers = {i: _number(row[i], decimal) for i in {*from_0, *from_1, *copies, target}}
        from_0 = [i for i in from_0 if numbers[i] == seen - 1]
        from_1 = [i for i in from_1 if numbers[i] == seen]
        copies = [i for i in copies if numbers[i] == numbers[target] is not None]
        if not from_0 and not from_1 and not copies:
            break
    return (from_0 + from_1, copies) if seen >= FEWEST else ([], [])


def _number(value: str | float, decimal: str) -> float | None:
    try:
        return float(value.replace(decimal, ".") if isinstance(value, str) else value)
    except ValueError:
        return None
