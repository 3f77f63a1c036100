"""What is kept of a gradient flow: its trace, and its events located on the dense output."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar

from implicit_sparsity.flow.dense_output import DenseOutput
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.trajectory import Events, Trace

#: Points of a trace, at least, and numbers evaluated at a time, at most.
MIN_POINTS, MAX_NUMBERS = 300, 2**20


class FlowRecorder:
    """Measurements of a flow at its nodes and between, for its trace and its events.

    Point i ≥ 1 lies at fraction ``theta[i]`` > 0 of segment ``index[i]``; point 0 is the start.

    Parameters
    ----------
    problem : Problem
        The data, whose truth the measurements refer to.
    solution : DenseOutput
        The flow.
    """

    def __init__(self, problem: Problem, solution: DenseOutput) -> None:
        self.problem, self.solution = problem, solution
        steps = solution.h.size
        self.parts = 1 + MIN_POINTS // steps
        self.index = np.append(0, np.repeat(np.arange(steps), self.parts))
        self.theta = np.append(0.0, np.tile(np.arange(1, self.parts + 1) / self.parts, steps))
        self.t = solution.time(self.index, self.theta)
        rows = max(1, MAX_NUMBERS // problem.p)
        self.measures = np.concatenate(
            [
                self.measure(
                    solution.weights(
                        self.index[first : first + rows], self.theta[first : first + rows]
                    )
                )
                for first in range(0, self.t.size, rows)
            ],
            axis=1,
        )

    def measure(self, w: Matrix) -> Matrix:
        """Loss, squared error and the maxima on and off the support, (4, M), of weights (M, p)."""
        problem = self.problem
        residual = w @ problem.X.T - problem.y
        measures = np.full((4, len(w)), np.nan)
        measures[0] = np.einsum("ij,ij->i", residual, residual) / problem.n
        if problem.w_star is not None:
            for row in (1, 2, 3):
                measures[row] = self.against_truth(w, row)
        return measures

    def against_truth(self, w: Matrix, row: int) -> Vector:
        """Measurement 1, 2 or 3 of weights (M, p)."""
        truth, on = self.problem.truth, self.problem.support
        if row == 1:
            gap = w - truth
            square: Vector = np.einsum("ij,ij->i", gap, gap)
            return square
        if row == 2:
            size = np.abs(w[:, on] - truth[on])
        else:
            # Far quicker than to pick the columns off the support.
            size = np.abs(w)
            size[:, on] = 0.0
        largest: Vector = size.max(axis=1, initial=0.0)
        return largest

    def trace(self) -> Trace:
        """The measurements, once for every time that the clock tells apart."""
        last = np.append(np.diff(self.t) > 0, True)
        return Trace(self.t[last], *self.measures[:, last])

    def events(self, tolerance: float, bound: float) -> Events:
        """Events found on the points and refined on the dense output."""
        if self.problem.w_star is None:
            return Events(None, None, None, None, tolerance, bound)
        _, error, on, off = self.measures
        reached = self._first(on < tolerance, 2, tolerance)
        exceeded = self._first(off > bound, 3, bound)
        least = int(error.argmin())
        best = min(
            [(float(error[least]), float(self.t[least]))]
            + [self._least(i) for i in (least, least + 1) if 0 < i < error.size]
        )
        return Events(reached, exceeded, *best, tolerance, bound)

    def _before(self, point: int, row: int) -> tuple[Callable[[float], float], float, float]:
        """A measurement as a function of θ, and the range of θ on the way to a point."""
        weights, high = self.solution.within(int(self.index[point])), float(self.theta[point])

        def value(theta: float) -> float:
            return float(self.against_truth(weights(np.array([theta])), row)[0])

        return value, max(high - 1.0 / self.parts, 0.0), high

    def _time(self, point: int, theta: float) -> float:
        return float(self.solution.time(self.index[point : point + 1], np.array([theta]))[0])

    def _first(self, holds: NDArray[np.bool_], row: int, level: float) -> float | None:
        """When measurement ``row`` passes ``level`` before the first point where that ``holds``."""
        point = int(holds.argmax())
        if not holds[point]:
            return None
        if point == 0:
            return 0.0
        value, low, high = self._before(point, row)
        if (value(low) - level) * (value(high) - level) <= 0:
            # Otherwise rounding has it that the level is passed at the point itself.
            high = brentq(lambda theta: value(theta) - level, low, high)
        return self._time(point, high)

    def _least(self, point: int) -> tuple[float, float]:
        """Smallest squared error, and when, on the way to a point."""
        value, low, high = self._before(point, 1)
        found = minimize_scalar(
            value, bounds=(low, high), method="bounded", options={"xatol": 1e-4}
        )
        return float(found.fun), self._time(point, float(found.x))
