"""The depth-N diagonal linear network w = u^N − v^N and its loss in plain NumPy, as a reference."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.problem import Problem, Vector


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
