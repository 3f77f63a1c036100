"""The matrix of the stages, from products of columns that are kept from step to step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.linear_algebra import cholesky
from implicit_sparsity.problem import Matrix, Vector

Index = NDArray[np.intp]


class Gram(NamedTuple):
    """Products X_iᵀX_j of the columns that have been active of late, 2n at most.

    Attributes
    ----------
    products : array, shape (c, c)
        The products; those of the columns held, lower triangle.
    place : array, shape (p,)
        Place of a column among them, or −1.
    held : array, shape (1,)
        Number of these columns.
    """

    products: Matrix
    place: Index
    held: Index

    @classmethod
    def of(cls, n: int, p: int) -> Gram:
        """Nothing yet, for X of shape (n, p)."""
        capacity = min(p, 2 * n)
        empty = np.empty((capacity, capacity))
        return cls(empty, np.full(p, -1, np.intp), np.zeros(1, np.intp))


@compiled(reassociate=True)
def add_column(gram: Gram, rows: Matrix, members: Index, j: int) -> None:
    """Column j among the members, with its products."""
    place = gram.held[0]
    members[place], gram.place[j] = j, place
    for i in range(place + 1):
        total = 0.0
        for k in range(rows.shape[1]):
            total += rows[members[i], k] * rows[j, k]
        gram.products[place, i] = total
    gram.held[0] = place + 1


@compiled(reassociate=True)
def stage_matrix(gram: Gram, rows: Matrix, columns: Index, root: Vector) -> Matrix:
    """The lower triangle of I + SSᵀ, shape (a, a), for S with the rows root · rows[columns]."""
    a, members = columns.size, np.empty(len(gram.products), np.intp)
    new = 0
    for i in range(a):
        new += gram.place[columns[i]] < 0
    if new > 0 and gram.held[0] + new > len(gram.products):
        gram.place[:] = -1
        gram.held[0] = 0
    if new > 0:
        for j in range(gram.place.size):
            if gram.place[j] >= 0:
                members[gram.place[j]] = j
        for i in range(a):
            if gram.place[columns[i]] < 0:
                add_column(gram, rows, members, columns[i])
    matrix = np.empty((a, a))
    for i in range(a):
        first = gram.place[columns[i]]
        for k in range(i + 1):
            second = gram.place[columns[k]]
            product = gram.products[max(first, second), min(first, second)]
            matrix[i, k] = root[i] * root[k] * product
        matrix[i, i] += 1.0
    return matrix


def factor(matrix: Matrix, rows: Matrix, columns: Index, root: Vector) -> Matrix:
    """By rows the lower triangle L with LLᵀ = I + the smaller of SSᵀ and SᵀS.

    ``matrix`` is that of `stage_matrix`, and is overwritten; it is not used for a > n columns.
    """
    if columns.size <= rows.shape[1]:
        return cholesky(matrix)
    S = rows[columns] * root[:, None]
    # The upper triangle by columns is the lower one by rows.
    matrix = blas.dsyrk(1.0, S.T).T
    matrix.flat[:: len(matrix) + 1] += 1.0
    return cholesky(matrix)
