"""The gradient flow of standardised data, on the columns that move.

From a small start nearly all weights stay near zero until late. A flow on the columns of the
steepest gradients alone is the flow of all of them for as long as no other column would have grown,
and that can be checked: a weight is a function of q = ∫g dt, which is (2/m) Zᵀ ∫r dt for every
column, r the residual. So one product with the integral of the residual tells whether any of the
columns left out has reached a weight that matters. If so, the flow is followed again with more.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.dense_output import DenseOutput
from implicit_sparsity.flow.integrate import accepted_steps
from implicit_sparsity.problem import Matrix, Vector
from implicit_sparsity.regression.standardise import Standardised

Index = NDArray[np.intp]

#: Tolerance of the flow, far below the error of any estimate, and the weight that a column that is
#: left out may reach.
FLOW_RTOL = LEFT_OUT = 1e-3
#: The working set begins with two columns a row, but no fewer and no more than these.
LEAST_COLUMNS, MOST_COLUMNS = 500, 2000


class Step(NamedTuple):
    """A step of the flow.

    Attributes
    ----------
    time : float
        Flow time at its end.
    columns : array, shape (a,)
        The distinct columns that are followed; the weights of all others count as 0.
    w : array, shape (a,)
        Their weights at its end.
    mean_square : float
        Mean square of the target less the fit, there.
    piece : DenseOutput
        The step itself.
    """

    time: float
    columns: Index
    w: Vector
    mean_square: float
    piece: DenseOutput


def follow(
    data: Standardised, network: Network, end: float, rtol: float = FLOW_RTOL
) -> Iterator[Step]:
    """Follow the flow of all columns, on a working set of them.

    Parameters
    ----------
    data : Standardised
        The data.
    network : Network
        Depth and start.
    end : float
        Flow time to end at.
    rtol : float, optional
        Tolerance.

    Yields
    ------
    Step
        The steps, one after the other.
    """
    m, r = data.columns.shape
    size = min(max(LEAST_COLUMNS, 2 * m), MOST_COLUMNS)
    limit = _harmless(network, LEFT_OUT)
    columns = _largest(np.abs(data.drives), r if limit <= 0.0 else size)
    passed = 0.0
    while True:
        left_out = LeftOut(data, columns, limit)
        for step in _steps(data, columns, network, end, rtol):
            grown = left_out.after(step)
            if grown is not None:
                columns = np.union1d(columns, _largest(grown, columns.size))
                break
            if step.time > passed:
                passed = step.time
                yield step
        else:
            return


def _steps(
    data: Standardised, columns: Index, network: Network, end: float, rtol: float
) -> Iterator[Step]:
    """The steps of the flow on these columns alone."""
    problem = data.problem(columns)
    for piece in accepted_steps(problem, network, end, rtol):
        w = piece.w[-1]
        mean_square = float(np.square(problem.X @ w - problem.y).mean()) + data.out_of_reach
        yield Step(float(piece.nodes[-1]), columns, w, mean_square, piece)


class LeftOut:
    """How far the columns outside of the working set would have moved.

    Between two looks at all of them, ∫g dt of a column moves by no more than (2/√m) ‖∫r dt‖, since
    all columns have mean square 1.

    Parameters
    ----------
    data : Standardised
        The data.
    columns : array
        The working set.
    limit : float
        What |∫g dt| may reach.
    """

    def __init__(self, data: Standardised, columns: Index, limit: float) -> None:
        self.data, self.columns, self.limit = data, columns, limit
        self.none = columns.size == data.columns.shape[1]
        self.integral = self.seen = np.zeros(data.target.size)
        self.largest = 0.0
        self.X: Matrix = np.empty((0, 0)) if self.none else data.columns.take(columns)

    def after(self, step: Step) -> Vector | None:
        """|∫g dt| of all columns, 0 in the working set, if one of them is at the limit."""
        if self.none:
            return None
        begin, end = step.piece.nodes
        w = step.piece.at(np.array([begin, (begin + end) / 2, end]))
        simpson = np.array([1.0, 4.0, 1.0]) / 6.0 @ w
        self.integral = self.integral + (end - begin) * (self.X @ simpson - self.data.target)
        m = self.data.target.size
        moved = 2 / np.sqrt(m) * float(np.linalg.norm(self.integral - self.seen))
        if self.largest + moved < self.limit:
            return None
        q = 2 / m * np.abs(self.data.columns.products(self.integral[:, None])[:, 0])
        q[self.columns] = 0.0
        self.largest, self.seen = float(q.max()), self.integral
        return q if self.largest >= self.limit else None


def _harmless(network: Network, weight: float) -> float:
    """|∫g dt| at which a weight that began at 0 has reached some size."""
    growth = log(weight / network.init) / network.depth
    if growth <= 0.0:
        return -inf
    share = -np.expm1(-network.m * growth) / network.m if network.m > 0 else growth
    return float(share / network.initial_rate)


def _largest(values: Vector, count: int) -> Index:
    """Indices of the largest values, increasing."""
    if count >= values.size:
        return np.arange(values.size)
    return np.sort(np.argpartition(values, values.size - count)[values.size - count :])
