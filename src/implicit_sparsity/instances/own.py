"""Data of one's own, from an .npz or .csv file, split at random for training and hold-out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from implicit_sparsity.problem import Matrix, Problem, Vector


class Data(NamedTuple):
    """X (n, p), y (n,) and, where it is known, w_star (p,)."""

    X: Matrix
    y: Vector
    w_star: Vector | None


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
    arrays = _npz(path) if Path(path).suffix == ".npz" else _csv(path, target)
    try:
        problem = Problem(*arrays)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if problem.n < 2:
        raise ValueError(f"{path} has a single sample; give at least two, one of them to hold out.")
    return Data(problem.X, problem.y, problem.w_star)


def _npz(path: str | Path) -> tuple[Any, Any, Any]:
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
    return found["X"], found["y"], found.get("w_star")


def _csv(path: str | Path, target: str | None) -> tuple[Any, Any, Any]:
    try:
        table = pd.read_csv(path, index_col=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise ValueError(
            f"{path} is no table of comma-separated values with a header ({reason}); mend it."
        ) from None
    names = ", ".join(map(str, table.columns[:20]))
    if target not in table:
        raise ValueError(f"{path} has no column {target!r} for the target; choose from {names}.")
    if table.empty:
        raise ValueError(f"{path} has a header but no samples; add some.")
    for column, values in table.items():
        if not pd.api.types.is_numeric_dtype(values) or values.dtype == bool:
            raise ValueError(
                f"{path}: column {column!r} holds other things than numbers; remove or encode it."
            )
        if not np.isfinite(values).all():
            row = 1 + int(np.flatnonzero(~np.isfinite(values))[0])
            raise ValueError(
                f"{path}: column {column!r} has no finite number in data row {row}; remove or "
                "impute missing values."
            )
    if len(table.columns) < 2:
        raise ValueError(f"{path} has no column beside the target {target!r}; add some.")
    return table.drop(columns=target).to_numpy(), table[target].to_numpy(), None


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
    X, y, w_star = data
    if centre:
        X, y = X - X[train].mean(axis=0), y - y[train].mean()
    if scale:
        units, unit = _root_mean_square(X[train]), float(_root_mean_square(y[train]))
        X, y = X / units, y / unit
        w_star = None if w_star is None else w_star * units / unit
    return Problem(X[train], y[train], w_star, held_out=Problem(X[test], y[test], w_star))


def _root_mean_square(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Along the first axis; 1 for zeros, and for what is nothing but rounding."""
    size = np.sqrt(np.mean(values**2, axis=0))
    return np.where(size > 1e-12 * np.abs(values).max(initial=0.0), size, 1.0)
