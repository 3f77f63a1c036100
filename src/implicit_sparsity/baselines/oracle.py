"""Least squares on the true support."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Problem

requires: tuple[str, ...] = ()


def fit(problem: Problem) -> Estimate:
    """Least squares on the true support: needs the truth.

    No unbiased linear estimate that knows the support has a smaller expected error.
    """
    w = np.zeros((1, problem.p))
    X = problem.X[:, problem.support]
    w[0, problem.support] = np.linalg.lstsq(X, problem.y)[0]
    return Estimate(w)
