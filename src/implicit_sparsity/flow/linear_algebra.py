"""Small dense linear algebra of a step: products by rows, and a Cholesky factorisation."""

from __future__ import annotations

import numpy as np
from scipy.linalg import blas, lapack

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
def dot_rows(target: Vector, rows: Matrix, vector: Vector) -> None:
    """target = rows @ vector."""
    for i in range(target.size):
        total = 0.0
        for k in range(vector.size):
            total += rows[i, k] * vector[k]
        target[i] = total


@compiled(reassociate=True)
def products(target: Matrix, rows: Matrix, vectors: Matrix) -> None:
    """target = vectors @ rows.T for three vectors, reading the rows once."""
    for j in range(len(rows)):
        first, second, third = 0.0, 0.0, 0.0
        for k in range(rows.shape[1]):
            first += vectors[0, k] * rows[j, k]
            second += vectors[1, k] * rows[j, k]
            third += vectors[2, k] * rows[j, k]
        target[0, j], target[1, j], target[2, j] = first, second, third


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


def cholesky(S: Matrix) -> Matrix:
    """By rows the lower triangle L with LLᵀ = I + the smaller of SSᵀ and SᵀS."""
    a, n = S.shape
    if a == 0:
        return np.empty((0, 0))
    # The upper triangle by columns is the lower one by rows.
    matrix = blas.dsyrk(1.0, S.T, trans=int(a <= n))
    matrix.T.flat[:: len(matrix) + 1] += 1.0
    upper, failed = lapack.dpotrf(matrix, overwrite_a=True, clean=False)
    if failed:
        # Nearly parallel columns, stiffer than 1e16 relaxations a step: QR does not square them.
        stacked = np.vstack([S.T if a <= n else S, np.eye(len(matrix))])
        upper = np.asfortranarray(np.linalg.qr(stacked, mode="r"))
    L: Matrix = upper.T
    return L
