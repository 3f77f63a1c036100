"""Data of one's own, from an .npz or .csv file, split at random for training and hold-out."""

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
    """X (n, p), y (n,) and, where they are known, w_star (p,) and the names of X's columns."""

    X: Matrix
    y: Vector
    w_star: Vector | None
    columns: tuple[str, ...] | None = None


def read(path: str | Path, target: str | None = None) -> Data:
    """The data in a file.

    Parameters
    ----------
    path : .npz with the arrays X, y and optionally w_star, or .csv with a header, whose every
        column but the target is a column of X.
    target : the name of the CSV's target column.

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
            f"{path} is no table of comma-separated values with a header ({reason}); mend it."
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
    """A column as numbers, or what is the first to be none."""
    numbers = values
    if not pd.api.types.is_numeric_dtype(values) or values.dtype == bool:
        numbers = pd.to_numeric(values.astype(str), errors="coerce")
    for row in np.flatnonzero(values.notna() & numbers.isna())[:1]:
        raise ValueError(
            f"{str(values[row])!r:.40} in data row {row + 1}, which is no number; "
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
    """A problem of a random part of the samples, with the others held out.

    Where asked for, each column of X and y are centred, then scaled to mean square 1, as theory
    assumes, by what they are in the training part; a column that is constant there is left at zero,
    and w_star is scaled to match.

    Parameters
    ----------
    data : what :func:`read` gives.
    rng : source of the split.
    held_out : share of the samples that is held out; at least one is, and one is not.
    centre, scale : whether to.
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
    """Along the first axis; 1 for zeros, and for what is nothing but rounding."""
    size = np.sqrt(np.mean(values**2, axis=0))
    return np.where(size > 1e-12 * np.abs(values).max(initial=0.0), size, 1.0)
