"""Gradient descent in segments, between which runs record, tell progress, end or are stopped."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import config
from implicit_sparsity.descent import kernels, reference
from implicit_sparsity.descent.limits import BLOW_UP, MAX_SECONDS
from implicit_sparsity.descent.packing import DescentState, aligned, pack
from implicit_sparsity.descent.run import Descent
from implicit_sparsity.problem import Matrix

#: Iterations of a segment, at most.
MAX_LENGTH = 8192


class Segment(NamedTuple):
    """Some iterations of all runs that go on.

    Attributes
    ----------
    runs : array, shape (R,)
        Which runs they are.
    first : int
        The first iteration.
    measures : array, shape (R, M, 4)
        Measurements of the M iterates.
    w : array, shape (R, p)
        The weights at the end, which the next segment overwrites.
    diverged : array of bool, shape (R,)
        Whether the loss at the end is that of a divergence.
    """

    runs: NDArray[np.intp]
    first: int
    measures: NDArray[np.float64]
    w: Matrix
    diverged: NDArray[np.bool_]


def segments(runs: Sequence[Descent]) -> Iterator[Segment]:
    """Iterate all runs together, pausing wherever one is to be recorded and some times a second.

    A run that ends or diverges leaves the others, so that it costs nothing more.

    Parameters
    ----------
    runs : sequence of Descent
        Runs of one design.

    Yields
    ------
    Segment
        The iterations since the last pause; at first, the start alone.
    """
    X = runs[0].problem.X
    p, iterate = X.shape[1], _iteration(X)
    state, measures = _start(runs)
    going, last = np.arange(len(runs)), np.array([run.iterations for run in runs])
    yield Segment(going, 0, measures, state.w.reshape(len(runs), -1)[:, :p], going < 0)

    done, length = 0, 16
    for stop in np.unique(np.concatenate([run.stops for run in runs]))[1:]:
        while going.size and done < stop:
            measures = np.empty((going.size, min(length, int(stop) - done), 4))
            began = time.monotonic()
            taken = iterate(state, measures)
            slow = time.monotonic() - began > MAX_SECONDS
            length = max(1, length // 2) if slow else min(2 * length, MAX_LENGTH)
            done += taken
            diverged = ~(measures[:, taken - 1, kernels.LOSS] <= state.ceiling)
            w = state.w.reshape(going.size, -1)[:, :p]
            yield Segment(going, done - taken + 1, measures[:, :taken], w, diverged)
            stay = ~diverged & (done < last[going])
            if not stay.all():
                going, state = going[stay], state.keep(stay)


def _iteration(X: Matrix) -> Callable[[DescentState, NDArray[np.float64]], int]:
    """The compiled iteration on a design, or that in plain NumPy where numba does not compile."""
    if config.DISABLE_JIT:
        return partial(reference.iterate, X)
    design, samples = pack(X), len(X)
    return lambda state, measures: kernels.iterate(design, state, samples, measures)


def _start(runs: Sequence[Descent]) -> tuple[DescentState, NDArray[np.float64]]:
    """The zeroth iterates of the runs and their measurements, shape (R, 1, 4)."""
    problems, (n, p) = [run.problem for run in runs], runs[0].problem.X.shape
    truths = [problem.w_star for problem in problems]
    w_star = np.stack([np.zeros(p) if truth is None else truth for truth in truths])
    u = np.stack([np.full(p, run.alpha) for run in runs])
    v = np.stack(
        [0 * start if run.one_sided else start for run, start in zip(runs, u, strict=True)]
    )
    w = np.stack([reference.weights(u[i], v[i], run.depth) for i, run in enumerate(runs)])
    y = np.stack([problem.y for problem in problems])
    distance, support = np.abs(w - w_star), w_star != 0
    with np.errstate(over="ignore", invalid="ignore"):
        # Products of one run at a time, since those of many may be summed in another order.
        residual = np.stack([problems[0].X @ row for row in w]) - y
        loss = np.array([row @ row for row in residual]) / n
        error = np.array([row @ row for row in distance])
        largest = np.maximum(loss, [row @ row / n for row in y])
        ceiling = np.minimum(BLOW_UP * largest, sys.float_info.max)
    if not np.isfinite(loss).all():
        raise ValueError(
            f"The loss at the start is {loss[~np.isfinite(loss)][0]}; "
            "lower alpha or scale down X and y."
        )
    rows = map(aligned, (y, residual, np.zeros_like(y), w_star, support, u, v, w))
    depth = np.array([run.depth for run in runs])
    rate = np.array([2 * run.depth * run.step_size / n for run in runs])
    state = DescentState._make([*rows, depth, rate, ceiling])
    on, off = (distance * support).max(axis=1), (distance * ~support).max(axis=1)
    return state, np.stack([loss, error, on, off], axis=1)[:, None]
