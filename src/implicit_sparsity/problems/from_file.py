"""Problems from a data file, .npz or .csv, with a random part of the samples held out."""

from __future__ import annotations

import textwrap
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from implicit_sparsity.checks import nearest
from implicit_sparsity.problem import Matrix, Problem, Vector


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


def read(path: str | Path, target: str | None = None) -> Data:
    """The data in a file.

    Parameters
    ----------
    path : str or Path
        An .npz file with the arrays X, y and optionally w_star, or a .csv file with a header. All
        columns of a .csv file except the target are columns of X.
    target : str, optional
        Name of the target column of a .csv file.

    Returns
    -------
    Data
        Numbers only, all finite.

    Raises
    ------
    ValueError
        With one sentence that names the file, and the column where there is one, and the remedy.
    """
    if not Path(path).is_file():
        raise ValueError(f"{path} does not exist; give the path of an .npz or .csv file.")
    data = _npz(path) if Path(path).suffix == ".npz" else _csv(path, target)
    try:
        problem = Problem(data.X, data.y, data.w_star)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if problem.n < 2:
        raise ValueError(f"{path} has a single sample; give at least two, one of them to hold out.")
    return Data(problem.X, problem.y, problem.w_star, data.columns)


def _npz(path: str | Path) -> Data:
    try:
        with np.load(path) as arrays:
            found = {name: arrays[name] for name in arrays.files}
    except (ValueError, OSError, EOFError):
        raise ValueError(
            f"{path} is not an .npz file of numbers; write it with numpy.savez(path, X=X, y=y)."
        ) from None
    for name in ("X", "y"):
        if name not in found:
            raise ValueError(
                f"{path} has no array {name}, but {', '.join(found) or 'nothing'}; write it with "
                "numpy.savez(path, X=X, y=y)."
            )
    return Data(found["X"], found["y"], found.get("w_star"))


def _csv(path: str | Path, target: str | None) -> Data:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(path, index_col=False)
    except pd.errors.ParserWarning:
        raise ValueError(
            f"{path} has more values in its rows than names in its header; name every column."
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise ValueError(
            f"{path} is not a table of comma-separated values with a header ({reason}); "
            "correct the file."
        ) from None
    first = table.columns[0]
    if len(table.columns) == 1 and (";" in first or "\t" in first):
        raise ValueError(
            f"{path} has a single column {first!r}; separate its values by commas, "
            "not by semicolons or tabs."
        )
    if target not in table:
        hint = textwrap.shorten(nearest(target, table.columns), 300, placeholder=" …")
        raise ValueError(f"{path} has no column {target!r} for the target; {hint}")
    if table.empty:
        raise ValueError(f"{path} has a header but no samples; add some.")
    for column in table:
        try:
            table[column] = _numbers(table[column])
        except ValueError as error:
            raise ValueError(f"{path}: column {column!r} has {error}") from None
    if len(table.columns) < 2:
        raise ValueError(f"{path} has no column beside the target {target!r}; add some.")
    X = table.drop(columns=target)
    return Data(X.to_numpy(), table[target].to_numpy(), None, tuple(X.columns))


def _numbers(values: pd.Series) -> pd.Series:
    """A column as numbers; ValueError at the first value that is not a finite number."""
    numbers = values
    if not pd.api.types.is_numeric_dtype(values) or values.dtype == bool:
        numbers = pd.to_numeric(values.astype(str), errors="coerce")
    for row in np.flatnonzero(values.notna() & numbers.isna())[:1]:
        raise ValueError(
            f"{str(values[row])!r:.40} in data row {row + 1}, which is not a number; "
            "remove or encode it."
        )
    for row in np.flatnonzero(~np.isfinite(numbers))[:1]:
        raise ValueError(
            f"no finite number in data row {row + 1}; remove or impute missing values."
        )
    return numbers


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
    """
    n = len(data.y)
    count = min(max(round(held_out * n), 1), n - 1)
    order = rng.permutation(n)
    train, test = np.sort(order[count:]), np.sort(order[:count])
    X, y, w_star, columns = data
    if centre:
        X, y = X - X[train].mean(axis=0), y - y[train].mean()
    if scale:
        units, unit = _root_mean_square(X[train]), float(_root_mean_square(y[train]))
        X, y = X / units, y / unit
        w_star = None if w_star is None else w_star * units / unit
    return Problem(X[train], y[train], w_star, Problem(X[test], y[test], w_star), columns)


def _root_mean_square(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Along the first axis; 1 where all is zero, or so small that it is rounding."""
    size = np.sqrt(np.mean(values**2, axis=0))
    return np.where(size > 1e-12 * np.abs(values).max(initial=0.0), size, 1.0)
