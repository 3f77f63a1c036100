"""What the columns of data from a file may be besides measurements: dates, row numbers, copies."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Matrix, Vector

#: Fewer samples look like dates, row numbers or copies by chance.
FEWEST = 5
_MONTH, _DAY, _HOUR, _MINUTE = (1, 12), (1, 31), (0, 23), (0, 59)
#: Forms of dates: the bounds of each two digits, from the last on.
_FORMS = [
    (_MONTH,),
    (_DAY, _MONTH),
    (_MINUTE, _HOUR, _DAY, _MONTH),
    (_MINUTE, _MINUTE, _HOUR, _DAY, _MONTH),
]


def check(path: str | Path, X: Matrix, y: Vector, columns: tuple[str, ...] | None) -> None:
    """Refuse dates, and warn of row numbers and of copies of the target.

    Parameters
    ----------
    path : str or Path
        The file, for messages.
    X : array, shape (n, p)
        Design.
    y : array, shape (n,)
        Response.
    columns : tuple of str or None
        Names of the columns of X, where they are known.

    Raises
    ------
    ValueError
        If a column holds dates such as 20240131, whose differences are no times.
    """
    if len(y) < FEWEST:
        return

    def named(column: int) -> str:
        name = f"{column + 1} of X" if columns is None else repr(columns[column])
        return f"{path}: column {name:.60}"

    for column in np.flatnonzero(_dates(X)).tolist():
        raise ValueError(
            f"{named(column)} holds dates such as {X[0, column]:.0f}, whose differences are not "
            "days; count days instead, or leave it out."
        )
    for column in np.flatnonzero(_counts(X)).tolist():
        warnings.warn(
            f"{named(column)} counts the rows; leave it out if that is no measurement.",
            UserWarning,
            stacklevel=3,
        )
    for column in np.flatnonzero(_equal(X, y)).tolist():
        warnings.warn(
            f"{named(column)} is a copy of the target, which it predicts without error; leave it "
            "out.",
            UserWarning,
            stacklevel=3,
        )


def _dates(X: Matrix) -> NDArray[np.bool_]:
    """Whether all entries of a column read as YYYYMM, YYYYMMDD, or these with hours and so on."""
    found = np.zeros(X.shape[1], dtype=bool)
    for form in _FORMS:
        # The ends spare nearly all columns the comparison.
        likely = np.flatnonzero(_read_as(form, X[[0, -1]]))
        found[likely] |= _read_as(form, X[:, likely])
    return found


def _read_as(form: tuple[tuple[int, int], ...], values: Matrix) -> NDArray[np.bool_]:
    """Whether all entries of a column are a year before two digits for each part of a date."""
    valid = values % 1 == 0
    for least, most in form:
        part, values = values % 100, values // 100
        valid &= (least <= part) & (part <= most)
    return np.asarray((valid & (values >= 1900) & (values <= 2100)).all(axis=0))


def _counts(X: Matrix) -> NDArray[np.bool_]:
    """Whether a column counts the rows, from 0 or from 1 on."""
    rows = np.arange(float(len(X)))
    return _equal(X, rows) | _equal(X, rows + 1)


def _equal(X: Matrix, values: Vector) -> NDArray[np.bool_]:
    """Whether a column is equal to some values."""
    # The ends spare nearly all columns the comparison.
    equal = (values[[0, -1], np.newaxis] == X[[0, -1]]).all(axis=0)
    equal[equal] = (X[:, equal] == values[:, np.newaxis]).all(axis=0)
    return np.asarray(equal)
