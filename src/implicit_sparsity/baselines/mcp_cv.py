"""The minimax concave penalty with a cross-validated strength."""

from __future__ import annotations

import warnings

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.baselines.folds import best_of_path
from implicit_sparsity.problem import Matrix, Problem, Vector

requires: tuple[str, ...] = ("skglm",)

#: Penalties of the path, and the least as a part of the largest that matters.
PENALTIES, LEAST = 50, 1e-2


def fit(problem: Problem) -> Estimate:
    """The minimax concave penalty, γ = 3, by skglm, its strength chosen by 5-fold cross-validation.

    Columns are brought to mean square 1 first, since γ refers to such. The path goes from the
    largest penalty that matters down to a hundredth, each solution starting from the one before,
    as there are many local minima.

    References
    ----------
    .. [1] C.-H. Zhang, "Nearly unbiased variable selection under minimax concave penalty",
       Annals of Statistics 38, 894–942 (2010).
    .. [2] Q. Bertrand et al., "Beyond L1: Faster and Better Sparse Models with skglm", NeurIPS
       2022.
    """
    scale = np.sqrt(np.square(problem.X).mean(axis=0))
    scale[scale == 0] = 1.0
    X, y = problem.X / scale, problem.y
    penalties = np.abs(X.T @ y).max() / problem.n * np.geomspace(1, LEAST, PENALTIES)

    def path(X: Matrix, y: Vector) -> Matrix:
        return _path(X, y, penalties)

    best = best_of_path(X, y, path)
    return Estimate(_path(X, y, penalties[: best + 1])[-1:] / scale, float(penalties[best]))


def _path(X: Matrix, y: Vector, penalties: Vector) -> Matrix:
    """Weights, one row a penalty."""
    from skglm import MCPRegression
    from sklearn.exceptions import ConvergenceWarning

    model = MCPRegression(gamma=3.0, fit_intercept=False)
    with warnings.catch_warnings():
        # At the smallest penalties the solver may not converge; they are not chosen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return np.asarray(model.path(np.asfortranarray(X), y, penalties)[1].T)
