"""Gradient descent in segments, between which a run records, tells progress or can be stopped."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.descent import kernels
from implicit_sparsity.descent.packing import DescentState, aligned, pack
from implicit_sparsity.descent.reference import weights
from implicit_sparsity.problem import Matrix, Problem, Vector

#: Iterations of a segment, at most, and seconds beyond which the next is shorter.
MAX_LENGTH, MAX_SECONDS = 8192, 0.25
#: Growth of the loss that counts as divergence.
BLOW_UP = 1e8


class DivergenceError(ArithmeticError):
    """The loss of gradient descent overflows or grows 1e8-fold: the step size is too large.

    Examples
    --------
    >>> from implicit_sparsity import DivergenceError, Problem, gradient_descent
    >>> problem = Problem([[1.0, 0.0], [0.0, 1.0]], [1.0, 0.0])
    >>> try:
    ...     gradient_descent(problem, depth=2, alpha=0.1, step_size=100.0, iterations=50)
    ... except DivergenceError as error:
    ...     print(error)
    Gradient descent diverged at iteration 2 with step size 100 at depth 2; lower step_size.
    """


def segments(
    problem: Problem,
    depth: int,
    alpha: float,
    step_size: float,
    one_sided: bool,
    stops: NDArray[np.int64],
) -> Iterator[tuple[int, Matrix, Vector]]:
    """Iterate, pausing at every stop and about four times a second.

    Parameters
    ----------
    problem, depth, alpha, step_size, one_sided
        See `gradient_descent`.
    stops : array, shape (R,)
        Iterations to pause at, increasing from 0.

    Yields
    ------
    first : int
        The first iteration of a segment.
    measures : array, shape (M, 4)
        Measurements of its M iterates.
    w : array, shape (p,)
        The weights at its end, which the next segment overwrites.

    Raises
    ------
    DivergenceError
        See `gradient_descent`.
    """
    n = problem.n
    design, (state, measures) = pack(problem.X), _start(problem, depth, alpha, one_sided)
    w = state.w[: problem.p]
    yield 0, measures, w

    largest = float(max(measures[0, kernels.LOSS], problem.y @ problem.y / n))
    ceiling = min(BLOW_UP * largest, sys.float_info.max)
    done, length = 0, 16
    for stop in stops[1:]:
        while done < stop:
            measures = np.empty((min(length, int(stop) - done), 4))
            began = time.monotonic()
            taken = kernels.iterate(
                design, state, n, depth, 2 * depth * step_size / n, ceiling, measures
            )
            if not measures[taken - 1, kernels.LOSS] <= ceiling:
                raise DivergenceError(
                    f"Gradient descent diverged at iteration {done + taken} with step size "
                    f"{step_size:g} at depth {depth}; lower step_size."
                )
            slow = time.monotonic() - began > MAX_SECONDS
            length = max(1, length // 2) if slow else min(2 * length, MAX_LENGTH)
            done += taken
            yield done - taken + 1, measures, w


def _start(
    problem: Problem, depth: int, alpha: float, one_sided: bool
) -> tuple[DescentState, Matrix]:
    """The zeroth iterate and its measurements, shape (1, 4)."""
    w_star = np.zeros(problem.p) if problem.w_star is None else problem.w_star
    u = np.full(problem.p, alpha)
    v = 0 * u if one_sided else u
    w = weights(u, v, depth)
    distance, support = np.abs(w - w_star), w_star != 0
    with np.errstate(over="ignore", invalid="ignore"):
        residual = problem.X @ w - problem.y
        loss, error = residual @ residual / problem.n, distance @ distance
    if not math.isfinite(loss):
        raise ValueError(f"The loss at the start is {loss}; lower alpha or scale down X and y.")
    samples = (problem.y, residual, np.zeros(problem.n))
    state = DescentState(*map(aligned, (*samples, w_star, support, u, v, w)))
    return state, np.array([[loss, error, (distance * support).max(), (distance * ~support).max()]])
