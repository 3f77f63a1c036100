"""Means and scales of the columns of a design, read a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from scipy import sparse

from implicit_sparsity.problem import Matrix, Vector

#: Numbers of a block of rows or columns, at most: 2 MiB.
BLOCK = 2**18
#: Columns that vary by less than this part of their largest entry are constant.
CONSTANT_COLUMN = 1e-14

#: A matrix, or a sparse array by rows.
Design: TypeAlias = Any


class Moments(NamedTuple):
    """What brings columns to mean 0 and mean square 1.

    Attributes
    ----------
    mean : array, shape (p,)
        Means; zeros if columns are not to be centred.
    scale : array, shape (p,)
        Root mean squares about the mean; infinite for a constant column, which becomes 0.
    """

    mean: Vector
    scale: Vector


def blocks(count: int, width: int) -> Iterator[slice]:
    """Slices of ``count`` rows (or columns) of ``width`` numbers each, small enough for a block."""
    step = max(1, BLOCK // max(width, 1))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def moments(X: Design, weights: Vector, centre: bool) -> Moments:
    """Weighted means and root mean squares of the columns.

    Parameters
    ----------
    X : array or sparse array, shape (n, p)
        Design.
    weights : array, shape (n,)
        Weights of the samples, which sum to 1.
    centre : bool
        Whether to take the means off.

    Returns
    -------
    Moments
        The means and scales.
    """
    mean = _mean(X, weights) if centre else np.zeros(X.shape[1])
    return _of_sparse(X, weights, mean) if sparse.issparse(X) else _of_dense(X, weights, mean)


def _mean(X: Design, weights: Vector) -> Vector:
    if sparse.issparse(X) or X.dtype == np.float64:
        return np.asarray(weights @ X)
    # By blocks, since NumPy copies what it multiplies to double precision.
    mean = np.zeros(X.shape[1])
    for rows in blocks(*X.shape):
        mean += weights[rows] @ X[rows]
    return mean


def _of_dense(X: Matrix, weights: Vector, mean: Vector) -> Moments:
    largest, size, square = (np.zeros(mean.size) for _ in range(3))
    for rows in blocks(*X.shape):
        np.maximum(size, np.abs(X[rows]).max(axis=0), out=size)
        np.maximum(largest, np.abs(X[rows] - mean).max(axis=0), out=largest)
    largest[largest <= CONSTANT_COLUMN * size] = np.inf
    for rows in blocks(*X.shape):
        # Entries are divided by the largest first: the square of 1e200 or 1e-200 is out of range.
        square += weights[rows] @ np.square((X[rows] - mean) / largest)
    return Moments(mean, _scale(largest, square))


def _of_sparse(X: Design, weights: Vector, mean: Vector) -> Moments:
    low, high = (getattr(X, end)(axis=0).toarray().ravel() for end in ("min", "max"))
    size = np.maximum(np.abs(low), np.abs(high))
    largest = np.maximum(np.abs(low - mean), np.abs(high - mean))
    largest[largest <= CONSTANT_COLUMN * size] = np.inf
    stored = X.tocoo()
    column, share = stored.col, weights[stored.row]
    parts = share * np.square((stored.data - mean[column]) / largest[column])
    square: Vector = np.bincount(column, parts, mean.size).astype(np.float64)
    square += (1.0 - np.bincount(column, share, mean.size)) * np.square(mean / largest)
    return Moments(mean, _scale(largest, square))


def _scale(largest: Vector, square: Vector) -> Vector:
    constant = np.isinf(largest)
    square[constant] = 1.0
    return largest * np.sqrt(square)
