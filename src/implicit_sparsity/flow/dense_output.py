"""A gradient flow between its steps: dense output, traces, and events located on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar

from implicit_sparsity.flow.coordinates import Shape, State, weights_along
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.trajectory import Events, Trace

Index = NDArray[np.intp]
#: Points of a trace, at least, and numbers evaluated at a time.
POINTS, CHUNK = 300, 2**20


class Segment(NamedTuple):
    """One step of length ``h`` from ``rho`` at the rate ``g``, both (p,).

    Within it ∫g dt is θ h g + (2/n) Xᵀ(basis(θ) · zeta), but basis(θ) · kappa on ``columns``, for
    ``zeta`` of shape (4, n) and ``kappa`` of shape (4, a).
    """

    h: float
    rho: Vector
    g: Vector
    columns: Index
    zeta: Matrix
    kappa: Matrix


class Solution:
    """Dense output of a gradient flow, at the order of the method's continuous extension.

    Parameters
    ----------
    shape : depth, start and sides of the network.
    X : (n, p) design that the steps were taken with.
    samples : the n of the loss.
    nodes : (S + 1,) flow times, non-decreasing: a step may be too short for the clock to notice.
    w : the weights there.
    segments : the S steps between.
    """

    def __init__(
        self,
        shape: Shape,
        X: Matrix,
        samples: int,
        nodes: Vector,
        w: list[Vector],
        segments: list[Segment],
    ) -> None:
        self.shape, self.X, self.slope = shape, X, 2.0 / samples
        self.nodes, self.w, self.segments = nodes, w, segments
        self.h = np.array([segment.h for segment in segments])

    def place(self, times: Vector) -> tuple[Index, Vector]:
        """Segment and fraction of it at each of the times; the latest where several share it."""
        index = np.searchsorted(self.nodes, times, side="right") - 1
        index = np.clip(index, 0, self.h.size - 1)
        return index, np.clip((times - self.nodes[index]) / self.h[index], 0.0, 1.0)

    def time(self, index: Index, theta: Vector) -> Vector:
        """Flow times of fractions of segments."""
        later = self.nodes[index + 1]
        passed = np.minimum(self.nodes[index] + theta * self.h[index], later)
        return np.where(theta == 1.0, later, passed)

    def weights(self, index: Index, theta: Vector) -> Matrix:
        """Weights, shape (M, p), at fractions ``theta`` of the segments ``index``, (M,) each."""
        w = np.empty((index.size, self.X.shape[1]))
        whole = (theta == 0.0) | (theta == 1.0)
        for row in np.flatnonzero(whole):
            w[row] = self.w[index[row] + int(theta[row])]
        inside = np.flatnonzero(~whole)
        inside = inside[np.argsort(index[inside], kind="stable")]
        for rows in np.split(inside, np.flatnonzero(np.diff(index[inside])) + 1):
            if rows.size:
                w[rows] = self.along(int(index[rows[0]]))(theta[rows])
        return w

    def along(self, index: int) -> Callable[[Vector], Matrix]:
        """Weights within one segment, (M, p), as a function of θ, (M,)."""
        segment = self.segments[index]
        state = State.at(self.shape, segment.rho)
        q = self.slope * (segment.zeta @ self.X)
        q[0] += segment.h * segment.g
        q[:, segment.columns] = segment.kappa

        def weights(theta: Vector) -> Matrix:
            bend = theta * (1.0 - theta)
            basis = np.stack([theta, bend, bend * theta, bend * theta**2], axis=1)
            return weights_along(self.shape, state, basis @ q)

        return weights


class Survey:
    """Scalars along a flow, (T,) each, at its nodes and between, for its trace and its events.

    Point i ≥ 1 lies at fraction ``theta[i]`` > 0 of segment ``index[i]``; point 0 is the start.
    """

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self.problem, self.solution = problem, solution
        steps = solution.h.size
        self.parts = 1 + POINTS // steps
        self.index = np.append(0, np.repeat(np.arange(steps), self.parts))
        self.theta = np.append(0.0, np.tile(np.arange(1, self.parts + 1) / self.parts, steps))
        self.t = solution.time(self.index, self.theta)
        self.off = np.ones(problem.p, dtype=bool)
        if problem.w_star is not None:
            self.off[problem.support] = False
        rows = max(1, CHUNK // problem.p)
        self.scalars = np.concatenate(
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
        scalars = np.full((4, len(w)), np.nan)
        scalars[0] = np.einsum("ij,ij->i", residual, residual) / problem.n
        if problem.w_star is not None:
            gap = w - problem.w_star
            scalars[1] = np.einsum("ij,ij->i", gap, gap)
            scalars[2] = np.abs(gap[:, ~self.off]).max(axis=1, initial=0.0)
            scalars[3] = np.abs(w[:, self.off]).max(axis=1, initial=0.0)
        return scalars

    def trace(self) -> Trace:
        """The scalars, once for every time that the clock tells apart."""
        last = np.append(np.diff(self.t) > 0, True)
        return Trace(self.t[last], *self.scalars[:, last])

    def events(self, tolerance: float, bound: float) -> Events:
        """Events found on the points and refined on the dense output."""
        if self.problem.w_star is None:
            return Events(None, None, None, None, tolerance, bound)
        _, error, on, off = self.scalars
        reached = self._first(on < tolerance, 2, tolerance)
        exceeded = self._first(off > bound, 3, bound)
        at = int(error.argmin())
        best = min(
            [(float(error[at]), float(self.t[at]))]
            + [self._least(i) for i in (at, at + 1) if 0 < i < error.size]
        )
        return Events(reached, exceeded, *best, tolerance, bound)

    def _along(self, point: int, scalar: int) -> tuple[Callable[[float], float], float, float]:
        """A scalar as a function of θ, and the range of θ on the way to a point."""
        weights, high = self.solution.along(int(self.index[point])), float(self.theta[point])

        def value(theta: float) -> float:
            return float(self.measure(weights(np.array([theta])))[scalar, 0])

        return value, max(high - 1.0 / self.parts, 0.0), high

    def _time(self, point: int, theta: float) -> float:
        return float(self.solution.time(self.index[point : point + 1], np.array([theta]))[0])

    def _first(self, holds: NDArray[np.bool_], scalar: int, level: float) -> float | None:
        """When ``scalar`` passes ``level`` on the way to the first point where it ``holds``."""
        point = int(holds.argmax())
        if not holds[point]:
            return None
        if point == 0:
            return 0.0
        value, low, high = self._along(point, scalar)
        if (value(low) - level) * (value(high) - level) <= 0:
            # Otherwise rounding has it that the level is passed at the point itself.
            high = brentq(lambda theta: value(theta) - level, low, high)
        return self._time(point, high)

    def _least(self, point: int) -> tuple[float, float]:
        """Smallest squared error, and when, on the way to a point."""
        value, low, high = self._along(point, 1)
        found = minimize_scalar(
            value, bounds=(low, high), method="bounded", options={"xatol": 1e-4}
        )
        return float(found.fun), self._time(point, float(found.x))
