"""Problems from a data file, with a random part of the samples held out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.problems import columns
from implicit_sparsity.problems.files import archive, table
from implicit_sparsity.problems.files.layout import Layout, fault
from implicit_sparsity.problems.files.names import KINDS, is_archive, is_file, table_suffix
from implicit_sparsity.problems.spec import FEWEST_TRAINING, training_samples

#: Without scales, the largest entries of X and of y lie within these, so that squares are numbers.
SMALLEST, LARGEST = 1e-100, 1e100
#: Columns that vary by less than this part of their largest entry are constant.
CONSTANT_COLUMN = 1e-12


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
        layout = layout or Layout()
        if wrong := fault(layout):
            raise ValueError(f"{path}: the {' '.join(wrong)}")
        found = table.read(path, target, layout)
        data = Data(found.X, found.y, None, found.columns)
    else:
        raise ValueError(f"{path!s:.300} has another kind of name than an {KINDS}; save it as one.")
    try:
        problem = Problem(data.X, data.y, data.w_star)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if problem.n < 2:
        raise ValueError(f"{path} has a single sample; give at least three, one to hold out.")
    columns.check(path, problem.X, problem.y, data.columns)
    return Data(problem.X, problem.y, problem.w_star, data.columns)


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
        Share of the samples that is held out. At least one sample is.
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
        If fewer than two samples are left to train on, or the target or all columns are constant
        there, so that nothing can be learned; or if squares of the data are beyond double precision
        and they are not to be scaled.
    """
    n = len(data.y)
    order, count = rng.permutation(n), n - training_samples(n, held_out)
    train, test = np.sort(order[count:]), np.sort(order[:count])
    _check_varies(data, train)
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


def _check_varies(data: Data, train: NDArray[np.intp]) -> None:
    """That something can be learned from the training part."""
    n, trained = len(data.y), len(train)
    if trained < FEWEST_TRAINING:
        raise ValueError(
            f"of {n} samples {trained} is left to train on; give more samples or lower held_out, "
            "so that at least two are."
        )
    if not _varies(data.y, train):
        raise ValueError(
            f"the target is constant, {data.y[train[0]]:.6g}, in the {trained} samples to train "
            "on, so that there is nothing to predict; name another target or give more samples."
        )
    if not _varies(data.X, train).any():
        raise ValueError(
            f"every column of X is constant in the {trained} samples to train on, so that nothing "
            "can be predicted from them; add columns or give more samples."
        )


def _varies(values: NDArray[np.float64], train: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether values differ in the training part, along the first axis."""
    # Below 1, where no difference is out of range.
    within = np.ldexp(values[train], -np.frexp(np.abs(values).max(axis=0))[1])
    return np.asarray(np.ptp(within, axis=0) > CONSTANT_COLUMN)


def _check_range(name: str, values: NDArray[np.float64]) -> None:
    largest = float(np.abs(values).max())
    if largest and not SMALLEST <= largest <= LARGEST:
        raise ValueError(
            f"{name} has entries of up to {largest:.0e}, whose squares are beyond double "
            "precision; set scale: true, or give it in another unit."
        )
