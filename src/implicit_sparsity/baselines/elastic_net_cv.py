"""The elastic net with cross-validated penalties."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNetCV

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Problem

requires: tuple[str, ...] = ()


def fit(problem: Problem) -> Estimate:
    """scikit-learn's ElasticNetCV with 5 folds, three L1 ratios and without an intercept.

    Parameters
    ----------
    problem : Problem
        Data; the truth is not used.

    Returns
    -------
    Estimate
        One row of weights, and the sum of the two penalties that scikit-learn calls alpha.
    """
    with warnings.catch_warnings():
        # At the smallest penalties coordinate descent may not converge; they are not chosen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = ElasticNetCV(l1_ratio=[0.5, 0.9, 1], cv=5, fit_intercept=False)
        model.fit(problem.X, problem.y)
    return Estimate(np.atleast_2d(model.coef_), float(model.alpha_))
