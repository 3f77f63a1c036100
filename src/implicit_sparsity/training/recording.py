"""The host's side of a training: pieces of the run, snapshots, and what is made of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.descent.limits import MAX_SECONDS
from implicit_sparsity.problem import Matrix, Problem
from implicit_sparsity.training.engine import ENDS, State
from implicit_sparsity.training.networks import Network
from implicit_sparsity.training.optimisers import Optimiser
from implicit_sparsity.training.trajectory import TrainingTrajectory
from implicit_sparsity.trajectory import Events, Trace

#: Iterations of the first piece.
FIRST_LENGTH = 256

#: From runs and the iterations to go from and to, to runs, their weights and whether any goes on.
Advance = Callable[[State, int, int], tuple[State, Any, Any]]
Progress = Callable[[int, int], object] | None


@dataclass(frozen=True)
class Record:
    """All runs at their end.

    Attributes
    ----------
    stops : array, shape (R,)
        Iterations whose weights were kept, if the run came so far.
    snapshots : list of array, shape (B, p)
        The weights there.
    stride : int
        Iterations between two points of a trace.
    state : State
        The runs at their end, as NumPy arrays.
    w : array, shape (B, p)
        Their last weights.
    """

    stops: NDArray[np.int64]
    snapshots: list[Matrix]
    stride: int
    state: State
    w: Matrix


def recorded(
    advance: Advance, state: State, stops: NDArray[np.int64], stride: int, progress: Progress
) -> Record:
    """Advance all runs to their end, pausing at every stop and about four times a second."""
    last, done, length = int(stops[-1]), 0, FIRST_LENGTH
    state, w, running = advance(state, 0, 0)  # nothing but compile
    snapshots, reported = [np.asarray(w)], time.monotonic()
    for stop in map(int, stops[1:]):
        while done < stop and running:
            began, upto = time.monotonic(), min(done + length, stop)
            state, w, goes_on = advance(state, done, upto)
            running = bool(goes_on)  # which waits
            now = time.monotonic()
            if now > began + MAX_SECONDS:
                length = max(1, length // 2)
            elif upto == done + length:
                length *= 2
            done = upto
            if progress is not None and now > reported + 1 and done < last:
                progress(done, last)
                reported = now
        snapshots.append(np.asarray(w))
    state, w, _ = advance(state, last, last + 1)  # which measures the last weights
    if progress is not None:
        progress(last, last)
    return Record(stops, snapshots, stride, _in_numpy(state), np.asarray(w))


def trajectory(
    record: Record,
    run: int,
    network: Network,
    alpha: float,
    optimiser: Optimiser,
    levels: tuple[float, float],
    problem: Problem,
) -> TrainingTrajectory:
    """One run as a trajectory, with the tolerance and the bound of its events."""
    state: State = jax.tree.map(lambda array: array[run], record.state)
    known, end = problem.w_star is not None, int(state.end)
    before = record.stops[record.stops < end]
    w = [snapshot[run] for snapshot in record.snapshots[: before.size]]
    slots = -(-end // record.stride) + 1
    rows = state.trace[:slots].copy()
    if not known:
        rows[:, 1:] = np.nan
    return TrainingTrajectory(
        depth=float(getattr(network, "depth", np.nan)),
        alpha=alpha,
        one_sided=bool(getattr(network, "one_sided", False)),
        t=np.append(before, end),
        w=np.stack([*w, record.w[run]]),
        trace=Trace(np.append(np.arange(slots - 1) * record.stride, end), *rows.T.copy()),
        events=_events(state, *levels, known),
        step_size=optimiser.step_size,
        network=network,
        parameters=state.parameters,
        end=ENDS[state.status],
    )


def _events(state: State, tolerance: float, bound: float, known: bool) -> Events:
    if not known:
        return Events(None, None, None, None, tolerance, bound)
    reached, exceeded = (int(t) if t >= 0 else None for t in (state.reached, state.exceeded))
    best_error, best_t = float(state.best_error), int(state.best_t)
    return Events(reached, exceeded, best_error, best_t, tolerance, bound)


def _in_numpy(state: State) -> State:
    """Without what no trajectory needs, some of which has no form in NumPy."""
    kept: State = jax.tree.map(np.asarray, state._replace(optimiser=None, key=None))
    return kept
