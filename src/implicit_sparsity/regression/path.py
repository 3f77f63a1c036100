"""What an estimator keeps of the flow that it followed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Matrix, Vector
from implicit_sparsity.regression.standardise import Standardised
from implicit_sparsity.regression.working_set import LEFT_OUT, Step

Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False, repr=False)
class RegressionPath:
    """Weights along the flow of an estimator, in standardised units.

    Attributes
    ----------
    time : array, shape (T,)
        Flow times: 0, and the ends of the steps.
    columns : array, shape (a,)
        Columns of X whose weight has ever reached 1e-3, increasing; of copies the first.
    w : array, shape (T, a)
        Their weights; smaller ones are 0.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import DepthNRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((60, 100))
    >>> y = 2 * X[:, 3] - X[:, 7] + 0.1 * rng.standard_normal(60)
    >>> path = DepthNRegressor().fit(X, y).path_
    >>> bool(path.w.shape == (path.time.size, path.columns.size))
    True
    """

    time: Vector
    columns: Index
    w: Matrix

    def __repr__(self) -> str:
        return f"RegressionPath({self.time.size} times, {self.columns.size} columns)"


class Recorder:
    """Collects the steps of a flow for a `RegressionPath`.

    Parameters
    ----------
    data : Standardised
        The data of the flow.
    """

    def __init__(self, data: Standardised) -> None:
        self.data = data
        self.time = [0.0]
        self.parts: list[tuple[Index, Vector]] = [(np.empty(0, dtype=np.intp), np.empty(0))]

    def add(self, step: Step) -> None:
        """Record the end of a step."""
        self.at(step.time, step.columns, step.w)

    def at(self, time: float, columns: Index, w: Vector) -> None:
        """Record the weights of some distinct columns at a time."""
        large = np.abs(w) >= LEFT_OUT
        self.time.append(time)
        self.parts.append((columns[large], w[large]))

    def path(self) -> RegressionPath:
        """All that was recorded."""
        columns = np.unique(np.concatenate([part for part, _ in self.parts]))
        w = np.zeros((len(self.time), columns.size))
        for row, (part, weights) in zip(w, self.parts, strict=True):
            row[np.searchsorted(columns, part)] = weights
        return RegressionPath(np.array(self.time), self.data.first[columns], w)
