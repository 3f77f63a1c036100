"""Models read off the weights of a path: its columns of the largest weights, by least squares."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from implicit_sparsity.problem import Matrix, Vector
from implicit_sparsity.regression.standardise import Standardised
from implicit_sparsity.regression.support import EXACT_FIT

Index = NDArray[np.intp]

#: A model has at most this part of the number of samples as columns.
LARGEST_MODEL = 0.5
#: Part of a column's norm below which what the others leave of it is rounding, ...
DEPENDENT = 1e-7
#: ... and part of its square below which squares do not tell.
NEARLY_DEPENDENT = 1e-8


class Model(NamedTuple):
    """Some columns, fitted by least squares.

    Attributes
    ----------
    columns : array, shape (k,)
        Distinct columns.
    w : array, shape (k,)
        Their weights in standardised units.
    mean_square : float
        Mean squared residual.
    threshold : float
        The smallest weight that they had on the path where they were read off.
    """

    columns: Index
    w: Vector
    mean_square: float
    threshold: float


class LevelSets:
    """Level sets of weights along a path, the best by n log(mean square) + k · price among them.

    Parameters
    ----------
    data : Standardised
        The data.
    price : float
        What a column costs.

    Attributes
    ----------
    time, criterion, size : list
        Flow times, the least criterion there, and the number of columns of that model.
    best : Model
        The model of the least criterion.
    best_time : float
        When it was first read off.
    full : bool
        Whether the latest level sets go up to the largest model that is allowed.
    """

    def __init__(self, data: Standardised, price: float) -> None:
        self.data, self.price = data, price
        self.most = max(1, int(LARGEST_MODEL * data.samples))
        nothing = np.empty(0, dtype=np.intp)
        self.best = Model(nothing, np.empty(0), data.mean_square, np.inf)
        self.best_time, self.full = 0.0, False
        empty = data.samples * float(np.log(max(data.mean_square, EXACT_FIT)))
        self.time, self.criterion, self.size = [0.0], [empty], [0]
        self._order, self._latest = nothing, (empty, 0)
        self._settled: bool | None = None

    def standard_error(self, mean_square: float) -> float:
        """The level of `support_threshold` that comes from the residual."""
        return float(np.sqrt(max(mean_square, EXACT_FIT) / self.data.samples))

    def add(self, time: float, columns: Index, w: Vector, threshold: Vector | float) -> None:
        """Read models off the weights of some distinct columns at a time.

        Parameters
        ----------
        time : float
            Flow time.
        columns, w : array, shape (a,)
            Distinct columns and their weights.
        threshold : float or array, shape (a,)
            Level above which weights count.
        """
        large = np.flatnonzero(np.abs(w) >= threshold)
        large = large[np.argsort(-np.abs(w[large]), kind="stable")][: self.most + 1]
        self.full = large.size > self.most
        large = large[: self.most]
        order = columns[large]
        if not np.array_equal(order, self._order):
            self._order, self._latest = order, self._evaluate(time, order, np.abs(w[large]))
        self.time.append(time)
        self.criterion.append(self._latest[0])
        self.size.append(self._latest[1])

    def _evaluate(self, time: float, order: Index, sizes: Vector) -> tuple[float, int]:
        """The least criterion of the first 0, 1, 2, … columns, and how many these are."""
        n, data = self.data.samples, self.data
        if not order.size:
            return self.criterion[0], 0
        Z, m = data.columns.take(order), data.target.size
        losses = np.append(data.mean_square, data.mean_square - self._explained(Z) / m)
        values = n * np.log(np.maximum(losses, EXACT_FIT)) + self.price * np.arange(losses.size)
        k = int(values.argmin())
        # Rounding must not make a later time the best.
        if values[k] < min(self.criterion) - 1e-9 * n:
            w = np.asarray(np.linalg.lstsq(Z[:, :k], data.target)[0], dtype=np.float64)
            self.best = Model(order[:k], w, max(float(losses[k]), 0.0), float(sizes[k - 1]))
            self.best_time, self._settled = time, None
        return float(values[k]), k

    def _explained(self, Z: Matrix) -> Vector:
        """Sum of squares that the first 1, 2, … columns explain."""
        gram, target = Z.T @ Z, self.data.target
        L, failed = lapack.dpotrf(gram, lower=True)
        if not failed and np.diag(L).min() ** 2 > NEARLY_DEPENDENT * len(Z):
            parts, _ = lapack.dtrtrs(L, Z.T @ target, lower=True)
            return np.asarray(np.cumsum(np.square(parts)))
        # Cholesky's squared pivots are lost in rounding where QR's are not.
        Q, R = np.linalg.qr(Z)
        free = np.abs(np.diag(R)) > DEPENDENT * np.sqrt(len(Z))
        return np.asarray(np.cumsum(np.where(free, np.square(Q.T @ target), 0.0)))

    @property
    def settled(self) -> bool:
        """Whether no column added to the best model lowers the criterion."""
        if self._settled is None:
            self._settled = self._no_column_helps()
        return self._settled

    def _no_column_helps(self) -> bool:
        model, data = self.best, self.data
        if model.mean_square <= EXACT_FIT:
            return True
        m = data.target.size
        Q = np.linalg.qr(data.columns.take(model.columns))[0]
        residual = data.target - Q @ (Q.T @ data.target)
        products = data.columns.products(np.column_stack([residual, Q]))
        # What is left of each column of norm √m once the model's columns are taken out of it.
        left = m - np.square(products[:, 1:]).sum(axis=1)
        gain = np.where(
            left > DEPENDENT * m, np.square(products[:, 0]) / np.maximum(left, 1e-300), 0
        )
        share = min(float(gain.max()) / (m * model.mean_square), 1.0 - EXACT_FIT)
        return bool(data.samples * np.log(1.0 - share) + self.price >= 0.0)
