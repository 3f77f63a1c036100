"""Designs with a few pairs of correlated columns."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.checks import whole, within
from implicit_sparsity.problem import Matrix


def coherent_pairs(
    rng: np.random.Generator, n: int, p: int, *, pairs: int, correlation: float
) -> Matrix:
    """N(0, 1) columns, independent except for some pairs.

    Column i < ``pairs`` is correlated with column p − ``pairs`` + i. If the signal is on the first
    columns, the columns that compete with it are the last, off the support.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n, p : int
        Numbers of rows and columns.
    pairs : int
        Number of pairs, from 1 to p/2.
    correlation : float
        Correlation of the two columns of a pair, in [−1, 1].

    Returns
    -------
    array, shape (n, p)
        The design.

    Raises
    ------
    ValueError
        If an option is out of its range.
    """
    if 2 * whole("pairs", pairs) > p:
        raise ValueError(f"pairs must be at most p/2 = {p / 2:g}; got {pairs}.")
    within("correlation", correlation, -1, 1)
    X = rng.standard_normal((n, p))
    X[:, -pairs:] *= np.sqrt(1 - correlation**2)
    X[:, -pairs:] += correlation * X[:, :pairs]
    return X
