"""Designs of random signs."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.checks import within
from implicit_sparsity.problem import Matrix


def rademacher(
    rng: np.random.Generator, n: int, p: int, *, probability: float = 0.5, centred: bool = False
) -> Matrix:
    """Independent entries ±1.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n, p : int
        Numbers of rows and columns.
    probability : float
        Chance of +1, in [0, 1].
    centred : bool
        Whether to subtract the mean of the entries and to scale them to variance 1.

    Returns
    -------
    array, shape (n, p)
        The design.

    Raises
    ------
    ValueError
        If an option is out of its range.
    """
    if not isinstance(centred, bool):
        raise ValueError(f"centred must be true or false; got {centred!r}.")
    q = within("probability", probability, 0, 1)
    X: Matrix = np.where(rng.random((n, p)) < q, 1.0, -1.0)
    if not centred:
        return X
    within("probability of a centred design", probability, 1e-6, 1 - 1e-6)
    X = (X - (2 * q - 1)) / np.sqrt(4 * q * (1 - q))
    return X
