"""Designs whose columns are all equally correlated."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.checks import within
from implicit_sparsity.problem import Matrix


def equicorrelated(rng: np.random.Generator, n: int, p: int, *, rho: float) -> Matrix:
    """Rows N(0, Σ) with Σ_ij = ρ off the diagonal.

    The columns are X_j = √ρ Z₀ + √(1−ρ) Z_j with independent Z_j ~ N(0, 1).

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n, p : int
        Numbers of rows and columns.
    rho : float
        Correlation ρ of any two columns, in [0, 1].

    Returns
    -------
    array, shape (n, p)
        The design.

    Raises
    ------
    ValueError
        If ρ is out of its range.
    """
    within("rho", rho, 0, 1)
    shared = rng.standard_normal((n, 1))
    X: Matrix = np.sqrt(rho) * shared + np.sqrt(1 - rho) * rng.standard_normal((n, p))
    return X
