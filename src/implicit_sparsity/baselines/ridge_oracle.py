"""Ridge regression with the best possible penalty."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Matrix, Problem

requires: tuple[str, ...] = ()


def fit(problem: Problem) -> Estimate:
    """Ridge regression with the penalty of least squared error ‖w − w*‖²: needs the truth.

    The objective is ‖Xw − y‖² + penalty ‖w‖².
    """
    from scipy.optimize import minimize_scalar

    U, s, V = np.linalg.svd(problem.X, full_matrices=False)
    rotated = U.T @ problem.y

    def weights(log_penalty: float) -> Matrix:
        return np.asarray((s / (s**2 + np.exp(log_penalty)) * rotated) @ V, dtype=np.float64)

    def error(log_penalty: float) -> float:
        return float(np.sum((weights(log_penalty) - problem.truth) ** 2))

    centre = 2 * np.log(s[0])
    grid = centre + np.linspace(-20, 15, 71)
    best = grid[np.argmin([error(x) for x in grid])]
    found = minimize_scalar(error, bounds=(best - 0.5, best + 0.5), method="bounded")
    return Estimate(weights(found.x)[None], float(np.exp(found.x)))
