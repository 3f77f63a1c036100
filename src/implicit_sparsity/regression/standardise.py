"""Standardised regression data: what is fitted inside the estimators, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Matrix, Problem, Vector

#: Columns that vary by less than this part of their largest entry are constant.
CONSTANT_COLUMN = 1e-14
#: Columns that differ by less than this, in units of their standard deviation, are equal.
EQUAL_COLUMNS = 1e-9


class Samples(NamedTuple):
    """Samples as a user gives them.

    Attributes
    ----------
    X : array, shape (n, p)
        Columns.
    y : array, shape (n,)
        Target.
    weights : array, shape (n,), or None
        How often each sample counts; None if each counts once.
    """

    X: Matrix
    y: Vector
    weights: Vector | None

    def part(self, rows: NDArray[np.intp]) -> Samples:
        """Choose some rows.

        Parameters
        ----------
        rows : array of int
            Indices of the rows.

        Returns
        -------
        Samples
            The samples there.
        """
        weights = None if self.weights is None else self.weights[rows]
        return Samples(self.X[rows], self.y[rows], weights)


@dataclass(frozen=True, eq=False)
class Standardised:
    """Data with columns and target of mean 0 and mean square 1, equal columns once.

    Attributes
    ----------
    problem : Problem
        Standardised design (n, r) and response, rows times the square roots of their weights.
    x_mean, x_scale : array, shape (p,)
        Means and scales of the columns; a constant column has scale 1.
    y_mean, y_scale : float
        Mean and scale of the target.
    samples : float
        Number of samples, repetitions included: the sum of the weights.
    group : array, shape (p,)
        Which column of ``problem`` each column stands for.
    share : array, shape (p,)
        Part of each column in the weight there: ±1 over the number of its copies.
    """

    problem: Problem
    x_mean: Vector
    x_scale: Vector
    y_mean: float
    y_scale: float
    samples: float
    group: NDArray[np.intp]
    share: Vector

    @classmethod
    def of(cls, samples: Samples, centre: bool) -> Standardised:
        """Standardise samples.

        Parameters
        ----------
        samples : Samples
            Data in the user's units.
        centre : bool
            Whether to subtract the means.

        Returns
        -------
        Standardised
            The data in standard units, with what is needed to go back.
        """
        X, y, weights = samples
        count = float(len(y) if weights is None else weights.sum())
        if weights is not None:
            X, y, weights = X[weights > 0], y[weights > 0], weights[weights > 0]
            weights = weights / weights.mean()
        x_mean, x_scale, Z = _in_standard_units(X, weights, centre)
        y_mean, y_scale, z = _in_standard_units(y[:, None], weights, centre)
        if weights is not None:
            Z, z = Z * np.sqrt(weights)[:, None], z * np.sqrt(weights)[:, None]
        first, group, sign = _equal_columns(Z)
        share = sign / np.bincount(group)[group]
        return cls(
            Problem(Z if first.size == Z.shape[1] else Z[:, first], z[:, 0]),
            x_mean, x_scale, float(y_mean[0]), float(y_scale[0]), count, group, share,
        )  # fmt: skip

    def columns(self, X: Matrix) -> Matrix:
        """Bring new samples to standard units.

        Parameters
        ----------
        X : array, shape (m, p)
            Samples in the user's units.

        Returns
        -------
        array, shape (m, r)
            The columns that the weights of ``problem`` multiply.
        """
        Z = (X - self.x_mean) / self.x_scale * self.share
        if self.problem.p == Z.shape[1]:
            return np.asarray(Z)
        sums = np.zeros((self.problem.p, len(Z)))
        np.add.at(sums, self.group, Z.T)
        return sums.T

    def coefficients(self, w: Vector) -> Vector:
        """Bring weights back to the units of X and y; copies of a column share equally.

        Parameters
        ----------
        w : array, shape (r,)
            Weights of ``problem``.

        Returns
        -------
        array, shape (p,)
            Coefficients.
        """
        return np.asarray(self.y_scale * (w[self.group] * self.share / self.x_scale))


def _in_standard_units(
    X: Matrix, weights: Vector | None, centre: bool
) -> tuple[Vector, Vector, Matrix]:
    """Weighted means and root mean squares of the columns, and the columns in these units."""
    mean = np.average(X, axis=0, weights=weights) if centre else np.zeros(X.shape[1])
    Z = X - mean
    largest = np.abs(Z).max(axis=0)
    constant = largest <= CONSTANT_COLUMN * np.abs(X).max(axis=0)
    # Entries are divided by the largest first: the square of 1e200 or 1e-200 is out of range.
    largest[constant] = 1.0
    Z /= largest
    Z[:, constant] = 0.0
    root = np.sqrt(np.average(np.square(Z), axis=0, weights=weights))
    root[constant] = 1.0
    return mean, largest * root, Z / root


def _equal_columns(Z: Matrix) -> tuple[NDArray[np.intp], NDArray[np.intp], Vector]:
    """First column of each group of columns equal up to sign; group and sign of each column.

    Equal columns have equal products with any vector, so only neighbours in the order of such
    products are compared.
    """
    n, p = Z.shape
    product = np.random.default_rng(0).standard_normal(n) @ Z
    sign = np.where(product < 0, -1.0, 1.0)
    order = np.argsort(np.abs(product), kind="stable")
    near = np.flatnonzero(np.diff(np.abs(product)[order]) <= EQUAL_COLUMNS * n)
    same = np.zeros(p, dtype=bool)
    for i in near:
        a, b = order[i], order[i + 1]
        same[i + 1] = np.abs(sign[a] * Z[:, a] - sign[b] * Z[:, b]).max() <= EQUAL_COLUMNS
    groups = np.empty(p, dtype=np.intp)
    groups[order] = np.cumsum(~same) - 1
    # Groups are numbered by their first columns, so that without copies the order stays.
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    group = np.argsort(np.argsort(first))[inverse]
    first = np.sort(first)
    return first, group, sign * sign[first[group]]
