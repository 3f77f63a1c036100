"""The depth-N diagonal linear network w = u^N − v^N and its loss in plain NumPy, as a reference.

It takes the place of the compiled code where numba is told not to compile (NUMBA_DISABLE_JIT=1),
as debuggers and measures of coverage ask for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.descent.packing import DescentState
from implicit_sparsity.problem import Matrix, Problem, Vector


def weights(u: Vector, v: Vector, depth: float) -> Vector:
    """Weights w = u^N − v^N (entrywise powers).

    Parameters
    ----------
    u, v : array, shape (p,)
        Non-negative factors.
    depth : float
        N.

    Returns
    -------
    array, shape (p,)
        The weights.
    """
    return np.asarray(u**depth - v**depth)


def loss(problem: Problem, w: Vector) -> float:
    """Training loss L(w) = (1/n)‖Xw − y‖².

    Parameters
    ----------
    problem : Problem
        The data.
    w : array, shape (p,)
        Weights.

    Returns
    -------
    float
        The loss.
    """
    residual = problem.X @ w - problem.y
    return float(residual @ residual) / problem.n


def gradient(problem: Problem, u: Vector, v: Vector, depth: float) -> tuple[Vector, Vector]:
    """Gradient of L(u^N − v^N) with respect to u and to v.

    With ∇L(w) = (2/n) Xᵀ(Xw − y) they are N u^{N−1} ⊙ ∇L and −N v^{N−1} ⊙ ∇L.

    Parameters
    ----------
    problem : Problem
        The data.
    u, v : array, shape (p,)
        Non-negative factors.
    depth : float
        N.

    Returns
    -------
    tuple of array, shape (p,) each
        With respect to u, and to v.
    """
    residual = problem.X @ weights(u, v, depth) - problem.y
    slope = 2 / problem.n * (problem.X.T @ residual)
    return depth * u ** (depth - 1) * slope, -depth * v ** (depth - 1) * slope


def iterate(X: Matrix, state: DescentState, measures: NDArray[np.float64]) -> int:
    """Take ``measures.shape[1]`` iterations of every run in place, as ``kernels.iterate`` does.

    Parameters
    ----------
    X : array, shape (n, p)
        The design.
    state : DescentState
        The runs, changed in place.
    measures : array, shape (R, M, 4)
        Where the loss, the squared error and the largest errors on and off the support go.

    Returns
    -------
    int
        How many iterations were taken; fewer if the loss of a run passed its ceiling.
    """
    (n, p), runs = X.shape, state.depth.size
    y, residual = (flat.reshape(runs, -1)[:, :n] for flat in (state.y, state.residual))
    u, v, w = (flat.reshape(runs, -1)[:, :p] for flat in (state.u, state.v, state.w))
    w_star, support = (flat.reshape(runs, -1)[:, :p] for flat in (state.w_star, state.support))
    with np.errstate(over="ignore", invalid="ignore"):  # the ceiling tells
        for step in range(measures.shape[1]):
            for run, depth in enumerate(state.depth):
                change = state.rate[run] * (X.T @ residual[run])
                u[run] -= u[run] ** (depth - 1) * change
                v[run] += v[run] ** (depth - 1) * change
                w[run] = weights(u[run], v[run], depth)
                residual[run] = X @ w[run] - y[run]
                distance = np.abs(w[run] - w_star[run])
                within = distance * support[run]
                measures[run, step] = (
                    residual[run] @ residual[run] / n,
                    distance @ distance,
                    within.max(),
                    (distance - within).max(),
                )
            if not (measures[:, step, 0] <= state.ceiling).all():
                return step + 1
    return len(measures[0])
