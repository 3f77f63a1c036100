"""The matrix of the stages, from products of columns that are kept from step to step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.lapack import Routines, add_square, cholesky
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
    routines : Routines
        What factors the matrix.
    """

    products: Matrix
    place: Index
    held: Index
    routines: Routines

    @classmethod
    def of(cls, n: int, p: int) -> Gram:
        """Nothing yet, for X of shape (n, p)."""
        capacity = min(p, 2 * n)
        empty = np.empty((capacity, capacity))
        return cls(empty, np.full(p, -1, np.intp), np.zeros(1, np.intp), Routines.found())


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
def hold(gram: Gram, rows: Matrix, columns: Index) -> None:
    """Have the products of these columns among those held."""
    new = 0
    for i in range(columns.size):
        new += gram.place[columns[i]] < 0
    if new == 0:
        return
    if gram.held[0] + new > len(gram.products):
        gram.place[:] = -1
        gram.held[0] = 0
    members = np.empty(len(gram.products), np.intp)
    for j in range(gram.place.size):
        if gram.place[j] >= 0:
            members[gram.place[j]] = j
    for i in range(columns.size):
        if gram.place[columns[i]] < 0:
            add_column(gram, rows, members, columns[i])


@compiled(reassociate=True)
def factor(gram: Gram, rows: Matrix, columns: Index, root: Vector) -> Matrix:
    """By rows the lower triangle L with LLᵀ = I + the smaller of SSᵀ and SᵀS.

    S has the rows root · rows[columns]. What is above the triangle is of no meaning.
    """
    a, n = columns.size, rows.shape[1]
    matrix = np.empty((min(a, n), min(a, n)))
    if a <= n:
        hold(gram, rows, columns)
        for i in range(a):
            first = gram.place[columns[i]]
            for k in range(i + 1):
                second = gram.place[columns[k]]
                product = gram.products[max(first, second), min(first, second)]
                matrix[i, k] = root[i] * root[k] * product
            matrix[i, i] += 1.0
    else:
        S = np.empty((a, n))
        matrix[:] = 0.0
        for i in range(n):
            matrix[i, i] = 1.0
        for i in range(a):
            for k in range(n):
                S[i, k] = root[i] * rows[columns[i], k]
        add_square(gram.routines, S, matrix)
    if a > 0:
        cholesky(gram.routines, matrix)
    return matrix
