"""The relaxed Lasso with a cross-validated penalty and relaxation."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.baselines.folds import best_of_path
from implicit_sparsity.problem import Matrix, Problem, Vector

requires: tuple[str, ...] = ()

#: Penalties of the path, the least as a part of the largest that matters, and the shares of the
#: Lasso in the blend.
PENALTIES, LEAST = 100, 1e-3
LASSO_SHARES = np.array([1.0, 0.75, 0.5, 0.25, 0.0])


def fit(problem: Problem) -> Estimate:
    """A blend of the Lasso and of least squares on the columns that it chose.

    The penalty of the Lasso (‖y − Xw‖²/(2n) + penalty ‖w‖₁) and its share in the blend, one of
    1, 0.75, 0.5, 0.25 and 0, have the least error of 5-fold cross-validation together.

    References
    ----------
    .. [1] N. Meinshausen, "Relaxed Lasso", Computational Statistics & Data Analysis 52, 374–393
       (2007).
    .. [2] T. Hastie, R. Tibshirani & R. Tibshirani, "Best Subset, Forward Stepwise or Lasso?
       Analysis and Recommendations Based on Extensive Comparisons", Statistical Science 35,
       579–592 (2020): the blend.
    """
    X, y = problem.X, problem.y
    penalties = np.abs(X.T @ y).max() / problem.n * np.geomspace(1, LEAST, PENALTIES)

    def path(X: Matrix, y: Vector) -> Matrix:
        return _path(X, y, penalties)

    best = best_of_path(X, y, path)
    chosen = best // LASSO_SHARES.size
    w = _path(X, y, penalties[: chosen + 1])[best]
    return Estimate(w[None], float(penalties[chosen]))


def _path(X: Matrix, y: Vector, penalties: Vector) -> Matrix:
    """Weights, one row for each pair of a penalty and a share, the share changing first."""
    from sklearn.linear_model import lasso_path

    lasso = lasso_path(X, y, alphas=penalties, max_iter=10_000)[1].T
    relaxed = np.zeros_like(lasso)
    for i, w in enumerate(lasso):
        chosen = w != 0
        if i and np.array_equal(chosen, lasso[i - 1] != 0):
            relaxed[i] = relaxed[i - 1]
        elif chosen.any():
            relaxed[i, chosen] = np.linalg.lstsq(X[:, chosen], y)[0]
    shares = LASSO_SHARES[:, None]
    blends = shares * lasso[:, None] + (1 - shares) * relaxed[:, None]
    return np.asarray(blends.reshape(-1, X.shape[1]))
