"""Designs of independent normal entries."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.problem import Matrix


def gaussian(rng: np.random.Generator, n: int, p: int) -> Matrix:
    """Independent N(0, 1) entries.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n, p : int
        Numbers of rows and columns.

    Returns
    -------
    array, shape (n, p)
        The design.
    """
    return rng.standard_normal((n, p))
