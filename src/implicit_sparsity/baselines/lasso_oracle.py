"""The path of the Lasso."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import lasso_path

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Problem

requires: tuple[str, ...] = ()


def fit(problem: Problem) -> Estimate:
    """The Lasso at 200 penalties, from the largest that matters down to a thousandth of it.

    It is judged at the point of its path with the least error, which only the truth tells.
    """
    largest = np.abs(problem.X.T @ problem.y).max() / problem.n
    penalties = largest * np.geomspace(1, 1e-3, 200)
    path = lasso_path(problem.X, problem.y, alphas=penalties, tol=1e-5, max_iter=100_000)[1]
    return Estimate(np.asarray(path.T))
