"""Exact gradient descent on a depth-N diagonal linear network."""

from __future__ import annotations

import math
import operator
import time
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity import kernels
from implicit_sparsity.network import loss, weights
from implicit_sparsity.path import DescentPath, Events, Trace
from implicit_sparsity.problem import Problem, Vector

TRACE_CAPACITY = 32768
SEGMENT_CAPACITY = 8192
SEGMENT_SECONDS = 0.25
BLOW_UP = 1e8


class DivergenceError(ArithmeticError):
    """The loss overflowed or grew beyond all measure: the step size is too large."""


def gradient_descent(
    problem: Problem,
    depth: int,
    alpha: float,
    step_size: float,
    iterations: int,
    record_at: Iterable[int] | None = None,
    one_sided: bool = False,
    *,
    tolerance: float = 0.1,
    bound: float | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> DescentPath:
    """Run gradient descent on (1/n)‖X(u^N − v^N) − y‖² in u and v from u = v = α.

    Every iteration is u ← u − η N u^{N−1} ⊙ ∇L(w), v ← v + η N v^{N−1} ⊙ ∇L(w) with
    w = u^N − v^N and ∇L(w) = (2/n) Xᵀ(Xw − y), in double precision.

    Parameters
    ----------
    problem : Problem
        Data with n samples and p coordinates.
    depth : int
        N ≥ 2.
    alpha : float
        Start α > 0.
    step_size : float
        η > 0.
    iterations : int
        Number of iterations, at least 1.
    record_at : iterable of int, optional
        Iterations, increasing within [0, iterations], whose weights are kept; 0 and the last are
        added. By default about 200 in geometric progression.
    one_sided : bool
        Train w = u^N, which is the same iteration started from v = 0.
    tolerance : float
        Level of ``events.support_reached``.
    bound : float, optional
        Level of ``events.off_support_exceeded``; α^{N/4} by default.
    progress : callable, optional
        Called as ``progress(done, iterations)``, about once a second at most.

    Returns
    -------
    DescentPath
        Snapshots, events that are exact to the iteration, and traces on every
        ⌈iterations / 32768⌉-th iteration and the last. The maximum over an empty set is 0.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its kind or out of its range.
    DivergenceError
        If the loss is no longer finite, or exceeds 1e8 times the larger of its initial value and
        the mean of y².
    """
    depth = _integer("depth", depth, 2)
    alpha = _positive("alpha", alpha)
    step_size = _positive("step_size", step_size)
    iterations = _integer("iterations", iterations, 1)
    tolerance = _positive("tolerance", tolerance)
    bound = alpha ** (depth / 4) if bound is None else _positive("bound", bound)
    t = _records(record_at, iterations)

    p, n = problem.p, problem.n
    u = np.full(p, alpha)
    v = np.zeros(p) if one_sided else np.full(p, alpha)
    w = weights(u, v, depth)
    w_star = np.zeros(p) if problem.w_star is None else problem.w_star
    start = loss(problem, w)
    if not math.isfinite(start):
        raise ValueError(
            f"The loss at the start is {start}; lower alpha or rescale the problem's X and y."
        )
    ceiling = min(BLOW_UP * max(start, float(problem.y @ problem.y) / n), np.finfo(float).max)
    columns = kernels.layout(problem.X)
    residual = problem.X @ w - problem.y
    recorder = _Recorder(iterations, tolerance, bound)
    recorder.see(0, np.array([[start, *kernels.measure(w, w_star)]]))

    snapshots = np.empty((t.size, p))
    snapshots[0] = w
    done, steps, told = 0, 16, time.monotonic()
    for row in range(1, t.size):
        while done < t[row]:
            began = time.monotonic()
            measures = np.empty((min(steps, int(t[row]) - done), 4))
            seen = kernels.advance(
                columns, problem.y, w_star, u, v, w, residual,
                depth, 2 * depth * step_size / n, ceiling, n, measures,
            )  # fmt: skip
            done += seen
            if not measures[seen - 1, kernels.LOSS] <= ceiling:
                raise DivergenceError(
                    f"Gradient descent diverged at iteration {done} with step size {step_size:g} "
                    f"at depth {depth}; lower step_size."
                )
            recorder.see(done - seen + 1, measures)
            now = time.monotonic()
            steps = (
                min(2 * steps, SEGMENT_CAPACITY)
                if now - began < SEGMENT_SECONDS
                else max(1, steps // 2)
            )
            if progress is not None and (now - told >= 1 or done == iterations):
                progress(done, iterations)
                told = now
        snapshots[row] = w

    known = problem.w_star is not None
    return DescentPath(
        depth=depth,
        alpha=alpha,
        one_sided=one_sided,
        t=t,
        w=snapshots,
        trace=recorder.trace(known),
        events=recorder.events(known),
        step_size=step_size,
    )


class _Recorder:
    """Keeps a bounded trace and the exact events of measurements that come iterate by iterate."""

    def __init__(self, iterations: int, tolerance: float, bound: float) -> None:
        self.tolerance, self.bound = tolerance, bound
        stride = -(-iterations // TRACE_CAPACITY)
        self.t = np.append(np.arange(0, iterations, stride), iterations)
        self.rows = np.empty((self.t.size, 4))
        self.reached: int | None = None
        self.exceeded: int | None = None
        self.best_error, self.best_t = math.inf, 0

    def see(self, first: int, measures: NDArray[np.float64]) -> None:
        """Take in the measurements of the iterates from ``first`` on, one a row."""
        lo, hi = np.searchsorted(self.t, [first, first + len(measures)])
        self.rows[lo:hi] = measures[self.t[lo:hi] - first]
        _, error, on, off = measures.T
        if self.reached is None and (hits := on < self.tolerance).any():
            self.reached = first + int(hits.argmax())
        if self.exceeded is None and (hits := off > self.bound).any():
            self.exceeded = first + int(hits.argmax())
        if (at := int(error.argmin())) >= 0 and error[at] < self.best_error:
            self.best_error, self.best_t = float(error[at]), first + at

    def trace(self, known: bool) -> Trace:
        """The trace, without what needs the truth where that is not ``known``."""
        loss, *truth = self.rows.T.copy()
        if not known:
            truth = [np.full(loss.size, math.nan)] * 3
        return Trace(self.t, loss, *truth)

    def events(self, known: bool) -> Events:
        """The events, all None where the truth is not ``known``."""
        found = (self.reached, self.exceeded, self.best_error, self.best_t)
        return Events(*(found if known else (None,) * 4), self.tolerance, self.bound)


def _records(record_at: Iterable[int] | None, iterations: int) -> NDArray[np.int64]:
    """Iterations to record, with 0 and the last."""
    if record_at is None:
        grid = np.geomspace(1, iterations, 200).round().astype(np.int64)
        return np.unique(np.concatenate([[0], grid, [iterations]]))
    try:
        given = np.array([operator.index(t) for t in record_at], dtype=np.int64)
    except TypeError:
        raise TypeError("record_at must list whole iterations; round its entries.") from None
    if (np.diff(given) <= 0).any():
        raise ValueError("record_at must be strictly increasing; sort it and drop repeats.")
    if given.size and not (given[0] >= 0 and given[-1] <= iterations):
        raise ValueError(
            f"record_at must lie within [0, {iterations}]; drop what is outside or raise iterations."
        )
    return np.unique(np.concatenate([[0], given, [iterations]]))


def _integer(name: str, value: int, least: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, not {value!r}; give a whole number.") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, but is {number}; raise it.")
    return number


def _positive(name: str, value: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a real number, not {value!r}; give a number.") from None
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be positive and finite, but is {number}; change it.")
    return number
