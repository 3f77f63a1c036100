"""The elastic net with cross-validated penalties."""

from __future__ import annotations

import warnings

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Problem

requires: tuple[str, ...] = ()


def fit(problem: Problem) -> Estimate:
    """The elastic net by scikit-learn's ElasticNetCV, with 5 folds.

    The objective is ‖y − Xw‖²/(2n) + penalty (r ‖w‖₁ + (1 − r)/2 ‖w‖²). The ratio r
    is 0.5, 0.9 or 1, chosen with the penalty.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import ElasticNetCV

    with warnings.catch_warnings():
        # At the smallest penalties coordinate descent may not converge; they are not chosen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = ElasticNetCV(l1_ratio=[0.5, 0.9, 1], cv=5, fit_intercept=False)
        model.fit(problem.X, problem.y)
    return Estimate(np.atleast_2d(model.coef_), float(model.alpha_))
