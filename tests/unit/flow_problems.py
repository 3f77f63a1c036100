"""Problems for the tests of gradient flow, and a slow independent solver."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import hadamard

from implicit_sparsity.problem import Problem


def sparse_problem(n=12, p=18, w_star=(1.0, -0.7), noise=0.1, seed=0):
    """A design of entries ±1 with a sparse truth at the first coordinates."""
    rng = np.random.default_rng(seed)
    X = rng.choice([-1.0, 1.0], (n, p))
    truth = np.zeros(p)
    truth[: len(w_star)] = w_star
    return Problem(X, X @ truth + noise * rng.normal(size=n), truth)


def orthogonal_problem(goals):
    """A design with XᵀX/n = I whose least squares weights are ``goals``."""
    X = hadamard(8).astype(float)
    return Problem(X, X @ goals)


def raw_flow(problem, depth, alpha, times, one_sided):
    """u and v, shape (p, len(times)) each, by an implicit Runge–Kutta method on u' and v'."""
    X, y, p = problem.X, problem.y, problem.p

    def field(_, z):
        u, v = np.maximum(z[:p], 0.0), np.maximum(z[p:], 0.0)
        g = 2 / problem.n * X.T @ (X @ (u**depth - v**depth) - y)
        return depth * np.concatenate([-(u ** (depth - 1)) * g, v ** (depth - 1) * g])

    start = np.concatenate([np.full(p, alpha), np.full(p, 0.0 if one_sided else alpha)])
    solution = solve_ivp(
        field, (0, times[-1]), start, method="Radau", rtol=1e-9, atol=1e-12, t_eval=times
    )
    return solution.y[:p], solution.y[p:]
