"""Problems from a data file, with a random part of the samples held out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.problems.files import archive, table
from implicit_sparsity.problems.files.layout import Layout
from implicit_sparsity.problems.files.names import KINDS, is_archive, is_file, table_suffix
from implicit_sparsity.problems.spec import training_samples

#: Without scales, the largest entries of X and of y lie within these, so that squares are numbers.
SMALLEST, LARGEST = 1e-100, 1e100
#: Columns that vary by less than this part of their largest entry are constant.
CONSTANT_COLUMN = 1e-12
#: Columns of whole numbers that all read as YYYYMMDD are taken for dates from so many samples on.
FEWEST_DATES = 5


class Data(NamedTuple):
    """What a file holds.

    Attributes
    ----------
    X : array, shape (n, p)
        Design.
    y : array, shape (n,)
        Response.
    w_star : array, shape (p,), or None
        True weights, where they are known.
    columns : tuple of str or None
        Names of the columns of X, where they are known.
    """

    X: Matrix
    y: Vector
    w_star: Vector | None
    columns: tuple[str, ...] | None = None


def read(path: str | Path, target: str | None = None, layout: Layout | None = None) -> Data:
    """The data in a file.

    Parameters
    ----------
    path : str or Path
        An .npz file with the arrays X, y and optionally w_star, or a .csv or .tsv file with a
        header, as it is or compressed (.gz). All columns of a table except the target and those
        that are left out are columns of X.
    target : str, optional
        Name of the target column of a table.
    layout : Layout, optional
        How a table is written.

    Returns
    -------
    Data
        Numbers only, all finite.

    Raises
    ------
    ValueError
        With one sentence that names the file, and the column where there is one, and the remedy.
    """
    if not is_file(path):
        raise ValueError(f"{path!s:.300} does not exist; give the path of an {KINDS}.")
    if is_archive(path):
        arrays = archive.read(path)
        data = Data(arrays["X"], arrays["y"], arrays.get("w_star"))
    elif table_suffix(path):
        found = table.read(path, target, layout or Layout())
        data = Data(found.X, found.y, None, found.columns)
    else:
        raise ValueError(f"{path!s:.300} has another kind of name than an {KINDS}; save it as one.")
    try:
        problem = Problem(data.X, data.y, data.w_star)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if problem.n < 2:
        raise ValueError(f"{path} has a single sample; give at least two, one of them to hold out.")
    data = Data(problem.X, problem.y, problem.w_star, data.columns)
    _check_dates(path, data)
    return data


def _check_dates(path: str | Path, data: Data) -> None:
    """Refuse columns of dates such as 20240131, whose differences are not days."""
    for column in np.flatnonzero(_dates(data.X)) if len(data.y) >= FEWEST_DATES else ():
        name = f"{column + 1} of X" if data.columns is None else repr(data.columns[column])
        raise ValueError(
            f"{path}: column {name:.60} holds dates such as {data.X[0, column]:.0f}, whose "
            "differences are not days; count days instead, or leave it out."
        )


def _dates(X: Matrix) -> NDArray[np.bool_]:
    """Whether all entries of a column read as YYYYMMDD."""
    found = (X.min(axis=0) >= 19000101) & (X.max(axis=0) <= 21001231)
    years = X[:, found]
    month, day = years // 100 % 100, years % 100
    valid = (years % 1 == 0) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    found[found] = valid.all(axis=0)
    return np.asarray(found)


def split(
    data: Data, rng: np.random.Generator, held_out: float, centre: bool, scale: bool
) -> Problem:
    """A problem on a random part of the samples, with the others held out.

    The means and scales are those of the training part. A column that is constant there becomes
    zero.

    Parameters
    ----------
    data : Data
        What `read` gives.
    rng : numpy.random.Generator
        Source of the split.
    held_out : float
        Share of the samples that is held out. At least one sample is, and at least one is not.
    centre : bool
        Whether to subtract the means of the columns of X and of y.
    scale : bool
        Whether to scale the columns of X and y to mean square 1, as the theory assumes. The true
        weights are scaled to match.

    Returns
    -------
    Problem
        The training part, with the other samples in ``held_out``.

    Raises
    ------
    ValueError
        If squares of the data are beyond double precision and they are not to be scaled.
    """
    n = len(data.y)
    order, count = rng.permutation(n), n - training_samples(n, held_out)
    train, test = np.sort(order[count:]), np.sort(order[:count])
    if not scale:
        _check_range("X", data.X)
        _check_range("y", data.y)
    X, x_power, x_size = _standardised(data.X, train, centre, scale)
    y, y_power, y_size = _standardised(data.y, train, centre, scale)
    w_star = data.w_star
    if w_star is not None:
        w_star = np.ldexp(w_star * x_size / y_size, x_power - y_power)
    return Problem(X[train], y[train], w_star, Problem(X[test], y[test], w_star), data.columns)


def _standardised(
    values: NDArray[np.float64], train: NDArray[np.intp], centre: bool, scale: bool
) -> tuple[NDArray[np.float64], Any, Any]:
    """Centred and scaled along the first axis, with the power of two and the size divided by.

    All is computed on entries below 1, since the square of 1e200 or of 1e-200 is out of range, and
    the sum of numbers of 1e308. Powers of two change no other digit.
    """
    power = np.frexp(np.abs(values).max(axis=0))[1]
    values = np.ldexp(values, -power)
    if centre:
        values = values - values[train].mean(axis=0)
    if not scale:
        return np.ldexp(values, power), 0, 1.0
    size = np.sqrt(np.mean(values[train] ** 2, axis=0))
    size = np.where(size > CONSTANT_COLUMN, size, 1.0)
    return values / size, power, size


def _check_range(name: str, values: NDArray[np.float64]) -> None:
    largest = float(np.abs(values).max())
    if largest and not SMALLEST <= largest <= LARGEST:
        raise ValueError(
            f"{name} has entries of up to {largest:.0e}, whose squares are beyond double "
            "precision; set scale: true, or give it in another unit."
        )
