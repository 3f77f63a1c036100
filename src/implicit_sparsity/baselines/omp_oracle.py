"""The path of orthogonal matching pursuit."""

from __future__ import annotations

import warnings

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Problem

requires: tuple[str, ...] = ()


def fit(problem: Problem) -> Estimate:
    """Orthogonal matching pursuit of 1, 2, … columns, up to twice the true number.

    It needs the truth for that number, and is judged at the point of its path with the least
    error, which only the truth tells.
    """
    from sklearn.linear_model import orthogonal_mp

    norms = np.linalg.norm(problem.X, axis=0)
    most = min(2 * problem.support.size, problem.n, problem.p)
    with warnings.catch_warnings():
        # It stops early, and says so, where the residual is orthogonal to every column.
        warnings.filterwarnings("ignore", message="Orthogonal matching pursuit ended prematurely")
        path = orthogonal_mp(problem.X / norms, problem.y, n_nonzero_coefs=most, return_path=True)
    return Estimate(np.asarray(path.reshape(problem.p, -1).T / norms))
