"""A regression in units of its own: what is fitted inside the estimators, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.theory.escape import drives, escape_time

#: A flow runs to this multiple of its first escape: to drives 1e4 times weaker.
PATIENCE = 1e4
#: Drives below this, in standardised units, are rounding.
NOTHING = 1e-12
#: What leaves no more than this part of the target's mean square is exact.
EXACT = 1e-8
#: Columns that vary by less than this part of their largest entry are constant, and columns that
#: differ by less than SAME, in units of their spread, are the same.
CONSTANT, SAME = 1e-14, 1e-9


@dataclass(frozen=True, eq=False)
class Scaled:
    """Data with columns and target of mean 0 and mean square 1, repeated columns once.

    Attributes
    ----------
    problem : (n, r) standardised design and response, rows times the roots of their weights.
    x_mean, x_scale : (p,) of the columns; a constant one has scale 1.
    y_mean, y_scale : of the target.
    samples : their number, repetitions included: the sum of the weights.
    group : (p,) which column of ``problem`` each stands for.
    share : (p,) its part in the weight there: ±1 over the number of copies.
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
    def of(cls, X: Matrix, y: Vector, weights: Vector | None, centre: bool) -> Scaled:
        """Standardise; ``weights``, (n,), tell how often each sample counts."""
        samples = float(len(y) if weights is None else weights.sum())
        if weights is not None:
            X, y, weights = X[weights > 0], y[weights > 0], weights[weights > 0]
            weights = weights / weights.mean()
        x_mean, x_scale, Z = _standard(X, weights, centre)
        y_mean, y_scale, z = _standard(y[:, None], weights, centre)
        if weights is not None:
            Z, z = Z * np.sqrt(weights)[:, None], z * np.sqrt(weights)[:, None]
        first, group, sign = _distinct(Z)
        share = sign / np.bincount(group)[group]
        return cls(
            Problem(Z if first.size == Z.shape[1] else Z[:, first], z[:, 0]),
            x_mean, x_scale, float(y_mean[0]), float(y_scale[0]), samples, group, share,
        )  # fmt: skip

    def columns(self, X: Matrix) -> Matrix:
        """What the weights of ``problem`` multiply in new rows, (M, r)."""
        Z = (X - self.x_mean) / self.x_scale * self.share
        if self.problem.p == Z.shape[1]:
            return np.asarray(Z)
        sums = np.zeros((self.problem.p, len(Z)))
        np.add.at(sums, self.group, Z.T)
        return sums.T

    def coefficients(self, w: Vector) -> Vector:
        """(p,) coefficients in the units of X and y for weights (r,): copies share equally."""
        return np.asarray(self.y_scale * (w[self.group] * self.share / self.x_scale))


def horizon(problem: Problem, network: Network) -> tuple[float, float]:
    """Flow times in which the first coordinate of a standardised problem escapes, and to end at.

    The former is that in which the steepest coordinate would reach 1 at its initial drive.
    """
    drive = float(np.abs(drives(problem)).max())
    drive = drive if drive > NOTHING else 1.0
    escape = float(escape_time(drive, network.depth, network.alpha, 1.0))
    return escape, PATIENCE * escape


def threshold(init: float, loss: float, samples: float) -> float:
    """Level below which standardised weights count as zero: min(α^{N/4}, √(loss / n)).

    The first is the bound to weights off the support in the paper's early-stopping window, for
    ``init`` = α^N. The second is a standard error of the weight of a column on its own.
    """
    return float(min(init**0.25, np.sqrt(max(loss, EXACT) / samples)))


def _standard(X: Matrix, weights: Vector | None, centre: bool) -> tuple[Vector, Vector, Matrix]:
    """Weighted means and root mean squares of the columns, and the columns in these units."""
    mean = np.average(X, axis=0, weights=weights) if centre else np.zeros(X.shape[1])
    Z = X - mean
    largest = np.abs(Z).max(axis=0)
    constant = largest <= CONSTANT * np.abs(X).max(axis=0)
    # Entries are divided by the largest first, since the square of a huge or tiny one is none.
    largest[constant] = 1.0
    Z /= largest
    Z[:, constant] = 0.0
    root = np.sqrt(np.average(np.square(Z), axis=0, weights=weights))
    root[constant] = 1.0
    return mean, largest * root, Z / root


def _distinct(Z: Matrix) -> tuple[NDArray[np.intp], NDArray[np.intp], Vector]:
    """First of each kind of column, up to its sign; the kind and the sign of each column.

    Equal columns have equal products with any vector, so that neighbours in the order of such
    products are all that need be compared.
    """
    n, p = Z.shape
    product = np.random.default_rng(0).standard_normal(n) @ Z
    sign = np.where(product < 0, -1.0, 1.0)
    order = np.argsort(np.abs(product), kind="stable")
    near = np.flatnonzero(np.diff(np.abs(product)[order]) <= SAME * n)
    same = np.zeros(p, dtype=bool)
    for i in near:
        a, b = order[i], order[i + 1]
        same[i + 1] = np.abs(sign[a] * Z[:, a] - sign[b] * Z[:, b]).max() <= SAME
    kinds = np.empty(p, dtype=np.intp)
    kinds[order] = np.cumsum(~same) - 1
    # Kinds are numbered by their first columns, so that without copies the order stays.
    _, first, inverse = np.unique(kinds, return_index=True, return_inverse=True)
    group = np.argsort(np.argsort(first))[inverse]
    first = np.sort(first)
    return first, group, sign * sign[first[group]]
