"""What is kept of a run of gradient descent, in memory that does not grow with its length."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.descent import kernels
from implicit_sparsity.descent.limits import TRACE_CAPACITY
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.trajectory import Events, Trace


class Recorder:
    """Snapshots, a trace of bounded size and the events of a run that comes in segments.

    Parameters
    ----------
    problem : Problem
        The data, whose truth the measurements refer to.
    stops : array, shape (R,)
        Iterations whose weights are kept, increasing.
    tolerance, bound : float
        Levels of the events.
    """

    def __init__(
        self, problem: Problem, stops: NDArray[np.int64], tolerance: float, bound: float
    ) -> None:
        iterations = int(stops[-1])
        stride = -(-iterations // TRACE_CAPACITY)
        self.known = problem.w_star is not None
        self.tolerance, self.bound = tolerance, bound
        self.stops, self.snapshots = stops, np.empty((stops.size, problem.p))
        self.t = np.append(np.arange(0, iterations, stride, dtype=np.int64), iterations)
        self.rows = np.empty((self.t.size, 4))
        self.reached: int | None = None
        self.exceeded: int | None = None
        self.best_error, self.best_t = math.inf, 0

    def record(self, first: int, measures: Matrix, w: Vector) -> None:
        """Record iterates from ``first`` on: their measurements, and the weights of the last."""
        row = np.searchsorted(self.stops, first + len(measures) - 1)
        if self.stops[row] == first + len(measures) - 1:
            self.snapshots[row] = w
        kept = slice(*np.searchsorted(self.t, (first, first + len(measures))))
        self.rows[kept] = measures[self.t[kept] - first]
        _, error, on_support, off_support = measures.T
        if self.reached is None:
            self.reached = _first(on_support < self.tolerance, first)
        if self.exceeded is None:
            self.exceeded = _first(off_support > self.bound, first)
        best = int(error.argmin())
        if error[best] < self.best_error:
            self.best_error, self.best_t = float(error[best]), first + best

    def trace(self) -> Trace:
        """The trace, without what needs the truth where that is not known."""
        if not self.known:
            self.rows[:, kernels.ERROR :] = math.nan
        return Trace(self.t, *self.rows.T.copy())

    def events(self) -> Events:
        """The events, all None where the truth is not known."""
        if not self.known:
            return Events(None, None, None, None, self.tolerance, self.bound)
        return Events(
            self.reached, self.exceeded, self.best_error, self.best_t, self.tolerance, self.bound
        )


def _first(hits: NDArray[np.bool_], start: int) -> int | None:
    return start + int(hits.argmax()) if hits.any() else None
