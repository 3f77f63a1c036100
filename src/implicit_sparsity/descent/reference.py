"""The depth-N diagonal linear network w = u^N − v^N and its loss: the plain NumPy reference."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.problem import Problem, Vector


def weights(u: Vector, v: Vector, depth: float) -> Vector:
    """Weights w = u^N − v^N (entrywise powers), shape (p,), of non-negative u and v, shape (p,)."""
    return np.asarray(u**depth - v**depth)


def loss(problem: Problem, w: Vector) -> float:
    """Training loss L(w) = (1/n)‖Xw − y‖² of weights w, shape (p,)."""
    residual = problem.X @ w - problem.y
    return float(residual @ residual) / problem.n


def gradient(problem: Problem, u: Vector, v: Vector, depth: float) -> tuple[Vector, Vector]:
    """Gradient of L(u^N − v^N) with respect to u and to v, shape (p,) each.

    With ∇L(w) = (2/n) Xᵀ(Xw − y) they are N u^{N−1} ⊙ ∇L and −N v^{N−1} ⊙ ∇L.
    """
    residual = problem.X @ weights(u, v, depth) - problem.y
    slope = 2 / problem.n * (problem.X.T @ residual)
    return depth * u ** (depth - 1) * slope, -depth * v ** (depth - 1) * slope
