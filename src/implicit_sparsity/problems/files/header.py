"""What the header of a table says."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import NamedTuple

from implicit_sparsity.problems.files import column_names, misread
from implicit_sparsity.problems.files.column_names import normal
from implicit_sparsity.problems.files.layout import Layout
from implicit_sparsity.problems.files.rows import rows


class Header(NamedTuple):
    """What a header says.

    Attributes
    ----------
    names : list of str
        Its names; one that stands twice gets .1, and a column without one is called "Unnamed: 0",
        by its place.
    target : int
        Which column is the target.
    X : list of int
        Which columns are those of X.
    twice : list of str
        Sentences on names that stand twice.
    """

    names: list[str]
    target: int
    X: list[int]
    twice: list[str]


def header(path: str | Path, target: str | None, layout: Layout) -> Header:
    """Read the names of a table's columns.

    Parameters
    ----------
    path : str or Path
        The file.
    target : str or None
        Name of the target column.
    layout : Layout
        How it is written.

    Raises
    ------
    ValueError
        With one sentence, if the file is no table of text, the names are not told apart as they
        must be, or columns are not there.
    """
    raw = _first_row(path, layout)
    if any("\0" in name for name in raw):
        raise ValueError(f"{path} holds null characters, which text has not; save it as text.")
    names = column_names.told_apart(raw)
    if target is not None and normal(target) not in names:
        misread.refuse(path, normal(target), layout)
    left_out = [column_names.place(path, names, name, "to leave out") for name in layout.leave_out]
    at = column_names.target_place(path, raw, names, target, left_out)
    X = sorted(set(range(len(names))) - {at, *left_out})
    column_names.refuse_nameless(path, raw, names, X)
    if not X:
        raise ValueError(f"{path} has no column of X beside the target {target!r}; add some.")
    twice = [
        f"{path}: column {i + 1} has the name {raw[i]!r:.40} of an earlier one and is called "
        f"{names[i]!r:.44}."
        for i in X
        if names[i] != raw[i]
    ]
    return Header(names, at, X, twice)


def samples(path: str | Path, layout: Layout, most: int) -> int:
    """Number of samples in a table, counted up to ``most``."""
    with rows(path, layout) as found:
        return sum(1 for _ in islice(found, 1, most + 1))


def constant_target(path: str | Path, target: str | None, layout: Layout) -> str | None:
    """The text of every value of the target, if it is the same; else None, at the first other."""
    at = header(path, target, layout).target
    with rows(path, layout) as found:
        values = (row[at].strip() if at < len(row) else "" for row in islice(found, 1, None))
        first = next(values, "")
        return first if first and all(value == first for value in values) else None


def _first_row(path: str | Path, layout: Layout) -> list[str]:
    with rows(path, layout) as found:
        for row in found:
            return [normal(name) for name in row]
    raise ValueError(f"{path} is empty; give a header and samples.")
