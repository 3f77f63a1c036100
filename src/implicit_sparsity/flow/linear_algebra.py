"""Small dense linear algebra of a step, by rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
def copy(target: Vector, source: Vector) -> None:
    """target ← source; assignment of arrays takes numba long to compile."""
    for k in range(target.size):
        target[k] = source[k]


@compiled(reassociate=True)
def dot(first: Vector, second: Vector) -> float:
    """The scalar product."""
    total = 0.0
    for k in range(first.size):
        total += first[k] * second[k]
    return total


@compiled(reassociate=True)
def add_products(
    target: Matrix, coefficients: Matrix, rows: Matrix, which: NDArray[np.intp]
) -> None:
    """target += coefficients @ rows[which] for three targets, four rows at a time."""
    a, b, c, last = target[0], target[1], target[2], which.size - 1
    for i in range(0, which.size, 4):
        # Rows beyond the last are the last again, at no weight.
        first, second = rows[which[i]], rows[which[min(i + 1, last)]]
        third, fourth = rows[which[min(i + 2, last)]], rows[which[min(i + 3, last)]]
        a1, b1, c1 = three(coefficients, i)
        a2, b2, c2 = three(coefficients, i + 1)
        a3, b3, c3 = three(coefficients, i + 2)
        a4, b4, c4 = three(coefficients, i + 3)
        for k in range(a.size):
            x1, x2, x3, x4 = first[k], second[k], third[k], fourth[k]
            a[k] = (a[k] + (a1 * x1 + a2 * x2)) + (a3 * x3 + a4 * x4)
            b[k] = (b[k] + (b1 * x1 + b2 * x2)) + (b3 * x3 + b4 * x4)
            c[k] = (c[k] + (c1 * x1 + c2 * x2)) + (c3 * x3 + c4 * x4)


@compiled(reassociate=True)
def three(coefficients: Matrix, i: int) -> tuple[float, float, float]:
    """Column i of three rows; zeros beyond the last."""
    if i < coefficients.shape[1]:
        return coefficients[0, i], coefficients[1, i], coefficients[2, i]
    return 0.0, 0.0, 0.0


@compiled(reassociate=True)
def products(target: Matrix, rows: Matrix, which: NDArray[np.intp], vectors: Matrix) -> None:
    """target = vectors @ rows[which].T for three vectors, two rows at a time."""
    a, b, c = vectors[0], vectors[1], vectors[2]
    for i in range(0, which.size, 2):
        # The last row may be both.
        other = min(i + 1, which.size - 1)
        first, second = rows[which[i]], rows[which[other]]
        a1, b1, c1, a2, b2, c2 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(a.size):
            a1 += a[k] * first[k]
            b1 += b[k] * first[k]
            c1 += c[k] * first[k]
            a2 += a[k] * second[k]
            b2 += b[k] * second[k]
            c2 += c[k] * second[k]
        target[0, i], target[1, i], target[2, i] = a1, b1, c1
        target[0, other], target[1, other], target[2, other] = a2, b2, c2


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
