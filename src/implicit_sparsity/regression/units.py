"""Columns in standard units, none of them formed before it is needed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from implicit_sparsity.problem import Matrix, Vector
from implicit_sparsity.regression.moments import BLOCK, Design, Moments, blocks

Index = NDArray[np.intp]

#: A design of more columns than this is not reduced: its triangle would take too long.
MOST_REDUCED = 2000
#: Columns that differ by less than this, in units of their standard deviation, are equal.
EQUAL_COLUMNS = 1e-9


class Columns(NamedTuple):
    """The columns Z = √weight · (X − mean) / scale of a design.

    Attributes
    ----------
    X : array or sparse array, shape (m, p)
        The design, as it is.
    x : Moments
        Means and scales of its columns.
    root : array, shape (m,), or None
        Roots of the weights of the samples, whose mean square is 1; None if these are equal.
    chosen : array, shape (r,), or None
        Which of the columns; None for all.
    """

    X: Design
    x: Moments
    root: Vector | None
    chosen: Index | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of columns."""
        rows, columns = self.X.shape
        return int(rows), int(columns if self.chosen is None else self.chosen.size)

    @property
    def tall(self) -> bool:
        """Whether to reduce: rows that fill more than a block, and far fewer numbers afterwards."""
        m, r = self.shape
        return m > r and m * r > BLOCK and r <= MOST_REDUCED

    def kept(self, index: Index) -> Columns:
        """Some columns of the design, without a copy."""
        return self if index.size == self.X.shape[1] else self._replace(chosen=index)

    def take(self, index: Index) -> Matrix:
        """Form some of the columns, shape (m, a)."""
        return self._block(slice(None), index if self.chosen is None else self.chosen[index])

    def rows(self, rows: slice) -> Matrix:
        """Form some rows of all columns."""
        return self._block(rows, slice(None) if self.chosen is None else self.chosen)

    def products(self, V: Matrix) -> Matrix:
        """ZᵀV, shape (r, M), for V of shape (m, M)."""
        m, p = self.X.shape
        if sparse.issparse(self.X):
            V = V if self.root is None else self.root[:, None] * V
            products = self.X.T @ V - np.outer(self.x.mean, V.sum(axis=0))
            products /= self.x.scale[:, None]
        elif self.tall:
            products = np.zeros((p, V.shape[1]))
            for rows in blocks(m, p):
                products += self._block(rows, slice(None)).T @ V[rows]
        else:
            every = slice(None)
            products = np.concatenate([self._block(every, part).T @ V for part in blocks(p, m)])
        return np.asarray(products if self.chosen is None else products[self.chosen])

    def _block(self, rows: slice, columns: slice | Index) -> Matrix:
        block = self.X[rows][:, columns] if sparse.issparse(self.X) else self.X[rows, columns]
        block = block.toarray() if sparse.issparse(block) else block
        Z = (block - self.x.mean[columns]) / self.x.scale[columns]
        return np.asarray(Z if self.root is None else Z * self.root[rows, None])


def reduced(columns: Columns, target: Vector) -> tuple[Columns, Vector, float]:
    """The triangle of a QR factorisation, as columns; the target; what it has lost of that.

    It is made of blocks of rows, one after the other. The rows that remain, as many as columns,
    are scaled so that mean squares stay.
    """
    m, p = columns.shape
    triangle: Matrix = np.empty((0, p + 1))
    for rows in blocks(m, p + 1):
        block = np.column_stack([columns.rows(rows), target[rows]])
        triangle = np.asarray(np.linalg.qr(np.vstack([triangle, block]), mode="r"))
    lost = float(triangle[p, p] ** 2 / m) if len(triangle) > p else 0.0
    triangle = triangle[:p] * np.sqrt(p / m)
    plain = Moments(np.zeros(p), np.ones(p))
    return Columns(triangle[:, :p], plain, None), triangle[:, p], lost


def distinct(columns: Columns) -> tuple[Index, Index, Vector]:
    """First column of each group of columns equal up to sign; group and sign of each column.

    Equal columns have equal products with any vector, so only neighbours in the order of such
    products are compared.
    """
    m, p = columns.shape
    product = columns.products(np.random.default_rng(0).standard_normal((m, 1)))[:, 0]
    sign = np.where(product < 0, -1.0, 1.0)
    order = np.argsort(np.abs(product), kind="stable")
    near = np.flatnonzero(np.diff(np.abs(product)[order]) <= EQUAL_COLUMNS * m)
    same = np.zeros(p, dtype=bool)
    for part in blocks(near.size, 4 * m):
        first, second = order[near[part]], order[near[part] + 1]
        apart = sign[first] * columns.take(first) - sign[second] * columns.take(second)
        same[near[part] + 1] = np.abs(apart).max(axis=0) <= EQUAL_COLUMNS
    groups = np.empty(p, dtype=np.intp)
    groups[order] = np.cumsum(~same) - 1
    # Groups are numbered by their first columns, so that without copies the order stays.
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    group = np.argsort(np.argsort(first))[inverse]
    first = np.sort(first)
    return first, group, sign * sign[first[group]]
