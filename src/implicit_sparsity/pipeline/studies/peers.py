"""Other methods on the same problems.

Those that have a path are shown at its best point, as the early-stopped flow is where its best
error is told: with the truth in hand. Those by cross-validation do without.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import (
    ElasticNetCV,
    LassoCV,
    OrthogonalMatchingPursuitCV,
    lasso_path,
    orthogonal_mp,
)

from implicit_sparsity.pipeline.experiments import baselines
from implicit_sparsity.pipeline.studies.table import labels
from implicit_sparsity.problem import Matrix, Problem
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.problems.spec import ProblemSpec


def oracle(problem: Problem) -> Matrix:
    """Least squares on the true support."""
    w = np.zeros((1, problem.p))
    X = problem.X[:, problem.support]
    w[0, problem.support] = np.linalg.lstsq(X, problem.y)[0]
    return w


def least_squares(problem: Problem) -> Matrix:
    """Least squares; the solution of least norm where several fit equally well."""
    return np.asarray(np.linalg.lstsq(problem.X, problem.y)[0][None], dtype=np.float64)


def ridge(problem: Problem) -> Matrix:
    """Ridge regression with the penalty of least error."""
    U, s, V = np.linalg.svd(problem.X, full_matrices=False)
    rotated = U.T @ problem.y

    def w(log_penalty: float) -> Matrix:
        return np.asarray((s / (s**2 + np.exp(log_penalty)) * rotated) @ V, dtype=np.float64)

    def error(log_penalty: float) -> float:
        return float(np.sum((w(log_penalty) - problem.truth) ** 2))

    centre = 2 * np.log(s[0])
    grid = centre + np.linspace(-20, 15, 71)
    best = grid[np.argmin([error(x) for x in grid])]
    found = minimize_scalar(error, bounds=(best - 0.5, best + 0.5), method="bounded")
    return w(found.x)[None]


def lasso(problem: Problem) -> Matrix:
    """The Lasso's path without intercept: 200 penalties down to a thousandth of the largest."""
    largest = np.abs(problem.X.T @ problem.y).max() / problem.n
    penalties = largest * np.geomspace(1, 1e-3, 200)
    path = lasso_path(problem.X, problem.y, alphas=penalties, tol=1e-5, max_iter=100_000)[1]
    return np.asarray(path.T)


def omp(problem: Problem) -> Matrix:
    """Orthogonal matching pursuit of 1, 2, … coordinates, to at most twice the true number."""
    X = problem.X / np.linalg.norm(problem.X, axis=0)
    most = min(2 * problem.support.size, problem.n, problem.p)
    with warnings.catch_warnings():
        # It stops early, and says so, where what is left is orthogonal to every column.
        warnings.filterwarnings("ignore", message="Orthogonal matching pursuit ended prematurely")
        path = orthogonal_mp(X, problem.y, n_nonzero_coefs=most, return_path=True)
    return np.asarray(path.reshape(problem.p, -1).T / np.linalg.norm(problem.X, axis=0))


def _cross_validated(model: Any, problem: Problem) -> Matrix:
    """Coefficients of one of scikit-learn's estimators, its penalty chosen in 5 folds."""
    with warnings.catch_warnings():
        # At the least penalties coordinate descent may not converge; they are not chosen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", message="Orthogonal matching pursuit ended prematurely")
        return np.atleast_2d(model.fit(problem.X, problem.y).coef_)


def lasso_cv(problem: Problem) -> Matrix:
    """scikit-learn's LassoCV without intercept."""
    return _cross_validated(LassoCV(cv=5, fit_intercept=False), problem)


def elastic_net_cv(problem: Problem) -> Matrix:
    """scikit-learn's ElasticNetCV without intercept, of three ratios of the two penalties."""
    ratios = [0.5, 0.9, 1]
    return _cross_validated(ElasticNetCV(l1_ratio=ratios, cv=5, fit_intercept=False), problem)


def omp_cv(problem: Problem) -> Matrix:
    """scikit-learn's OrthogonalMatchingPursuitCV without intercept, to half as many as samples."""
    most = max(1, min(problem.n // 2, problem.p))
    model = OrthogonalMatchingPursuitCV(cv=5, fit_intercept=False, max_iter=most)
    return _cross_validated(model, problem)


def ridge_cv(problem: Problem) -> Matrix:
    """Ridge regression of `baselines`."""
    return baselines.ridge(problem).w[None]


#: The peers that a configuration can name; each gives weights (m, p) along its path.
PEERS: dict[str, Callable[[Problem], Matrix]] = {
    f.__name__: f
    for f in (
        *(oracle, least_squares, ridge, lasso, omp),
        *(ridge_cv, lasso_cv, elastic_net_cv, omp_cv),
    )
}


def table(cells: list[ProblemSpec], methods: list[str], timed: bool = False) -> pd.DataFrame:
    """Least squared error of each method along its path, on every replicate of every cell.

    Returns
    -------
    DataFrame
        Columns design, n, p, k, signal, noise (the cell), replicate, method, best_error, separated
        (whether some threshold reads the support off the path, as in the study's own table), and,
        if ``timed``, seconds.
    """
    rows = []
    for cell in cells:
        for replicate, problem in enumerate(generate(cell)):
            on = problem.truth != 0
            for method in methods:
                begun = time.perf_counter()
                w = PEERS[method](problem)
                spent = {"seconds": time.perf_counter() - begun} if timed else {}
                size = np.abs(w)
                found = size[:, on].min(axis=1) > size[:, ~on].max(axis=1, initial=0.0)
                keys = labels(cell) | {"replicate": replicate, "method": method}
                error = float(problem.error(w).min())
                rows.append(keys | {"best_error": error, "separated": bool(found.any())} | spent)
    return pd.DataFrame(rows)
