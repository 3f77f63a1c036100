"""Designs whose neighbouring columns are correlated."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.checks import within
from implicit_sparsity.problem import Matrix


def ar1(rng: np.random.Generator, n: int, p: int, *, rho: float) -> Matrix:
    """Rows N(0, Σ) with Σ_ij = ρ^|i−j|: a stationary autoregression of order 1 along the columns.

    The columns are X_j = ρ X_{j−1} + √(1−ρ²) Z_j with independent Z_j ~ N(0, 1).

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n, p : int
        Numbers of rows and columns.
    rho : float
        Correlation ρ of neighbouring columns, in [−1, 1].

    Returns
    -------
    array, shape (n, p)
        The design.

    Raises
    ------
    ValueError
        If ρ is out of its range.
    """
    within("rho", rho, -1, 1)
    Z = rng.standard_normal((p, n))
    Z[1:] *= np.sqrt(1 - rho**2)
    for j in range(1, p):
        Z[j] += rho * Z[j - 1]
    return np.ascontiguousarray(Z.T)
