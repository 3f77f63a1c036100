"""Designs in which each sample is of one column."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.problem import Matrix


def sequence(rng: np.random.Generator, n: int, p: int) -> Matrix:
    """The Gaussian sequence model as a regression: row i is √n at column i, and 0 elsewhere.

    For n ≥ p the columns are orthogonal, XᵀX = nI, and the noise of a weight is that of a single
    sample, which nothing averages. With fewer samples, columns share them.

    Parameters
    ----------
    rng : numpy.random.Generator
        Not used, as nothing is random.
    n, p : int
        Numbers of rows and columns.

    Returns
    -------
    array, shape (n, p)
        The design.
    """
    X = np.zeros((n, p))
    columns = np.arange(p)
    X[columns % n, columns] = np.sqrt(n)
    return X
