"""Orthogonal matching pursuit with a cross-validated number of columns."""

from __future__ import annotations

import warnings

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Problem

requires: tuple[str, ...] = ()


def fit(problem: Problem) -> Estimate:
    """Matching pursuit by scikit-learn's OrthogonalMatchingPursuitCV, with 5 folds.

    It chooses among all numbers of columns up to half the number of samples.
    """
    from sklearn.linear_model import OrthogonalMatchingPursuitCV

    most = max(1, min(problem.n // 2, problem.p))
    model = OrthogonalMatchingPursuitCV(cv=5, fit_intercept=False, max_iter=most)
    with warnings.catch_warnings():
        # It stops early, and says so, where the residual is orthogonal to every column.
        warnings.filterwarnings("ignore", message="Orthogonal matching pursuit ended prematurely")
        return Estimate(np.atleast_2d(model.fit(problem.X, problem.y).coef_))
