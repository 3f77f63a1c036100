"""Small dense linear algebra of a step: products by rows, and a Cholesky factorisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from implicit_sparsity.compiled import compiled
from implicit_sparsity.problem import Matrix, Vector


@compiled(reassociate=True)
def add_rows(target: Vector, rows: Matrix, weights: Vector) -> None:
    """target += weights @ rows, for rows of shape (len(weights) or more, n)."""
    for i in range(weights.size):
        weight = weights[i]
        for k in range(target.size):
            target[k] += weight * rows[i, k]


@compiled(reassociate=True)
def add(target: Vector, vector: Vector, weight: float) -> None:
    """target += weight · vector."""
    for k in range(target.size):
        target[k] += weight * vector[k]


@compiled(reassociate=True)
def dot(first: Vector, second: Vector) -> float:
    """The scalar product."""
    total = 0.0
    for k in range(first.size):
        total += first[k] * second[k]
    return total


@compiled(reassociate=True)
def products(target: Matrix, rows: Matrix, which: NDArray[np.intp], vectors: Matrix) -> None:
    """target = vectors @ rows[which].T for three vectors, reading the rows once."""
    for i in range(which.size):
        j = which[i]
        first, second, third = 0.0, 0.0, 0.0
        for k in range(rows.shape[1]):
            first += vectors[0, k] * rows[j, k]
            second += vectors[1, k] * rows[j, k]
            third += vectors[2, k] * rows[j, k]
        target[0, i], target[1, i], target[2, i] = first, second, third


@compiled(reassociate=True)
def solve_cholesky(L: Matrix, b: Vector) -> None:
    """b ← (L Lᵀ)⁻¹ b, reading the lower triangle L by rows only."""
    for i in range(b.size):
        total = b[i]
        for k in range(i):
            total -= L[i, k] * b[k]
        b[i] = total / L[i, i]
    for i in range(b.size - 1, -1, -1):
        last = b[i] / L[i, i]
        b[i] = last
        for k in range(i):
            b[k] -= last * L[i, k]


def cholesky(matrix: Matrix) -> Matrix:
    """By rows the lower triangle L with LLᵀ = ``matrix``, whose lower triangle it overwrites."""
    if not len(matrix):
        return matrix
    # The upper triangle by columns is the lower one by rows.
    upper, _ = lapack.dpotrf(matrix.T, overwrite_a=True, clean=False)
    L: Matrix = upper.T
    return L
