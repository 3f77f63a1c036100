"""Best subset selection by splicing."""

from __future__ import annotations

import warnings

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Problem

requires: tuple[str, ...] = ("abess",)


def fit(problem: Problem) -> Estimate:
    """Best subset selection by abess, with its defaults.

    For every number of columns it swaps columns in and out while that lowers the residual, and
    keeps the number with the least extended Bayesian information criterion.

    References
    ----------
    .. [1] J. Zhu, C. Wen, J. Zhu, H. Zhang & X. Wang, "A polynomial algorithm for best-subset
       selection problem", PNAS 117, 33117–33123 (2020).
    """
    with warnings.catch_warnings():
        # From strings with unknown escapes in its source, when Python first compiles it.
        warnings.simplefilter("ignore")
        from abess import LinearRegression
    model = LinearRegression(fit_intercept=False).fit(problem.X, problem.y)
    return Estimate(np.atleast_2d(np.asarray(model.coef_, dtype=np.float64)))
