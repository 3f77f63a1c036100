"""The path of the Lasso."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Problem

requires: tuple[str, ...] = ()

#: Penalties of the path, and how many are fitted before its end is looked for.
PENALTIES, BLOCK = 200, 20
#: A path ends where it has this many non-zero weights a sample.
FULL = 0.8


def fit(problem: Problem) -> Estimate:
    """The Lasso at up to 200 penalties, from the largest that matters down to a thousandth of it.

    It is judged at the point of its path with the least error, which only the truth tells. The path
    ends with non-zero weights for four samples in five: the rest is slow, and fits noise.
    """
    from sklearn.linear_model import lasso_path

    X, y = np.asfortranarray(problem.X), problem.y
    products = X.T @ y
    penalties = np.abs(products).max() / problem.n * np.geomspace(1, 1e-3, PENALTIES)
    # A weight that changes costs p operations with XᵀX, and 2n without.
    gram = X.T @ X if problem.p < 2 * problem.n else False
    options = {"precompute": gram, "Xy": products, "tol": 1e-5, "max_iter": 100_000}
    path = np.zeros((0, problem.p))
    for first in range(0, PENALTIES, BLOCK):
        block = penalties[first : first + BLOCK]
        start = path[-1].copy() if first else None
        found = lasso_path(X, y, alphas=block, coef_init=start, check_input=False, **options)[1]
        path = np.vstack([path, found.T])
        if np.count_nonzero(path[-1]) > FULL * problem.n:
            break
    return Estimate(path)
