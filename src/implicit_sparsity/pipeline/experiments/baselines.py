"""Linear estimators that a path is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.linear_model import ridge_regression
from sklearn.model_selection import KFold

from implicit_sparsity.problem import Problem, Vector


@dataclass(frozen=True, eq=False)
class Estimate:
    """Weights (p,) of a baseline and the penalty it chose, if it has one."""

    w: Vector
    penalty: float | None = None


def ridge(problem: Problem) -> Estimate:
    """Ridge regression without intercept, its penalty chosen by 5-fold cross-validation.

    The objective is ‖Xw − y‖² + penalty ‖w‖². The penalty has the least mean squared error out of
    fold among 41 values from 10⁻⁴ to 10⁴ times the mean squared norm of a column. At these ends
    the estimate is close to least squares and to zero.
    """
    X, y = problem.X, problem.y
    penalties = np.square(X).sum(axis=0).mean() * np.logspace(-4, 4, 41)
    errors = np.zeros(penalties.size)
    for train, test in KFold(5).split(X):
        # One column of responses for each penalty: a single decomposition serves all of them.
        Y = np.repeat(y[train, None], penalties.size, axis=1)
        w = ridge_regression(X[train], Y, penalties, solver="svd")
        errors += np.square(X[test] @ w.T - y[test, None]).mean(axis=0)
    best = penalties[errors.argmin()]
    return Estimate(ridge_regression(X, y, best, solver="svd"), float(best))


def least_squares(problem: Problem) -> Estimate:
    """Least squares; the solution of least norm where several fit equally well."""
    return Estimate(np.asarray(np.linalg.lstsq(problem.X, problem.y)[0]))


#: The baselines that a configuration can name.
BASELINES: dict[str, Callable[[Problem], Estimate]] = {
    "ridge": ridge,
    "least_squares": least_squares,
}


def compare(problems: list[Problem], methods: list[str]) -> pd.DataFrame:
    """Errors of baselines: ‖w − w*‖², or on the held-out samples where w* is not known.

    Returns
    -------
    DataFrame
        Columns method, replicate, error, penalty (empty for a method without one).

    Raises
    ------
    ValueError
        If a method is not one of ``BASELINES`` or a problem has neither truth nor held-out samples.
    """
    for method in methods:
        if method not in BASELINES:
            raise ValueError(f"{method!r} is no baseline; choose from {', '.join(BASELINES)}.")
    rows = []
    for method in methods:
        for replicate, problem in enumerate(problems):
            estimate = BASELINES[method](problem)
            error = float(problem.error(estimate.w[None])[0])
            rows.append((method, replicate, error, estimate.penalty))
    return pd.DataFrame(rows, columns=["method", "replicate", "error", "penalty"])
