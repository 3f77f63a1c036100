"""The Lasso with a cross-validated penalty."""

from __future__ import annotations

import warnings

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Problem

requires: tuple[str, ...] = ()


def fit(problem: Problem) -> Estimate:
    """The Lasso by scikit-learn's LassoCV, with 5 folds.

    The objective is ‖y − Xw‖²/(2n) + penalty ‖w‖₁.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LassoCV

    with warnings.catch_warnings():
        # At the smallest penalties coordinate descent may not converge; they are not chosen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LassoCV(cv=5, fit_intercept=False).fit(problem.X, problem.y)
    return Estimate(np.atleast_2d(model.coef_), float(model.alpha_))
