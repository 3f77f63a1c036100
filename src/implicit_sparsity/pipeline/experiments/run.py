"""Run one depth of an experiment and say how far it is."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from hashlib import blake2b
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.descent.run import Descent
from implicit_sparsity.descent.together import gradient_descents
from implicit_sparsity.pipeline.experiments.escape import predicted_escapes
from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.pipeline.specs import RunSpec
from implicit_sparsity.problem import Problem
from implicit_sparsity.trajectory import DescentTrajectory, Trace

logger = logging.getLogger(__name__)

#: Snapshots of all replicates together, evenly spread as the figures' axes are.
SNAPSHOTS = 401

_TRACES = ("loss", "error", "off_support")
_EVENTS = ("support_reached", "off_support_exceeded", "best_error", "best_t")


def run(spec: RunSpec, problems: list[Problem]) -> Runs:
    """Gradient descent at one depth, from every start, on every problem.

    All runs of one design advance together. Progress goes to this module's logger.

    Parameters
    ----------
    spec : RunSpec
        One depth of an experiment.
    problems : list of Problem
        One for each replicate.

    Raises
    ------
    implicit_sparsity.DivergenceError
        If an iterate explodes.
    """
    escapes = predicted_escapes(spec, problems)
    # Without the truth, errors are those on held-out samples, at the snapshots alone.
    held_out_only = problems[0].w_star is None and problems[0].held_out is not None
    snapshots = max(2, SNAPSHOTS if held_out_only else SNAPSHOTS // len(problems))
    record_at = np.unique(np.linspace(0, spec.iterations, snapshots).round().astype(np.int64))
    progress = Progress(len(spec.alpha) * len(problems) * spec.iterations)
    paths = {}
    designs = _by_design(problems)
    for i, replicates in enumerate(designs, 1):
        cells = list(product(range(len(spec.alpha)), replicates))
        progress.begin(f"depth {spec.depth}, design {i} of {len(designs)}")
        descents = [
            Descent(
                problems[replicate],
                spec.depth,
                spec.alpha[start],
                spec.step_size,
                spec.iterations,
                record_at=record_at,
                one_sided=spec.one_sided,
            )
            for start, replicate in cells
        ]
        found = gradient_descents(descents, progress=progress.report)
        for (start, replicate), path in zip(cells, found, strict=True):
            problem = problems[replicate]
            paths[start, replicate] = (
                _held_out(path, problem, len(problems)) if held_out_only else path
            )
        progress.end(len(cells) * spec.iterations)
    return _stack(spec, len(problems), [paths[cell] for cell in sorted(paths)], np.asarray(escapes))


def _by_design(problems: list[Problem]) -> list[list[int]]:
    """The replicates of each design, which are advanced together."""
    designs: dict[bytes, list[int]] = {}
    for replicate, problem in enumerate(problems):
        designs.setdefault(blake2b(problem.X.data).digest(), []).append(replicate)
    return list(designs.values())


def _held_out(path: DescentTrajectory, problem: Problem, every: int) -> DescentTrajectory:
    """The trajectory with errors on the held-out samples, and one in ``every`` of its snapshots."""
    error = problem.error(path.w)
    loss = np.mean((path.w @ problem.X.T - problem.y) ** 2, axis=1)
    unknown = np.full_like(error, np.nan)
    best = int(error.argmin())
    kept = np.unique(np.append(np.arange(0, len(path.t), every), len(path.t) - 1))
    return replace(
        path,
        t=path.t[kept],
        w=path.w[kept],
        trace=Trace(path.t, loss, error, unknown, unknown),
        events=replace(path.events, best_error=float(error[best]), best_t=float(path.t[best])),
    )


class Progress:
    """Log lines with the iterations done, of all of a job, and the time left."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.first: tuple[int, float] | None = None
        self.what = ""

    def begin(self, what: str) -> None:
        """Name the trajectories that follow."""
        self.what = what
        logger.info("%s: begun", what)

    def end(self, iterations: int) -> None:
        """Count trajectories that are finished; their last iteration has been reported."""
        self.done += iterations

    def report(self, iteration: int, _iterations: int) -> None:
        """Log a line; called by the engine about once a second and at the end."""
        done, now = self.done + iteration, time.perf_counter()
        logger.info(
            "%s: %d of %d iterations done%s", self.what, done, self.total, self.left(done, now)
        )
        if self.first is None:
            self.first = done, now

    def left(self, done: int, now: float) -> str:
        """The time left, from the first report on: before it lies the compilation."""
        if self.first is None or done == self.first[0]:
            return ""
        seconds = (now - self.first[1]) / (done - self.first[0])
        return f", about {seconds * (self.total - done):.0f} s left"


def _stack(
    spec: RunSpec,
    replicates: int,
    paths: list[DescentTrajectory],
    predicted_escape: NDArray[np.float64],
) -> Runs:
    """Trajectories, replicates fastest, as arrays with leading axes (a, r)."""

    def grid(values: list[Any]) -> NDArray[np.float64]:
        array = np.asarray(values, dtype=np.float64)
        return array.reshape(len(spec.alpha), replicates, *array.shape[1:])

    return Runs(
        depth=spec.depth,
        step_size=spec.step_size,
        alpha=np.asarray(spec.alpha),
        init=np.asarray(spec.init),
        predicted_escape=predicted_escape,
        t=paths[0].iteration,
        w=grid([path.w for path in paths]),
        trace_t=np.asarray(paths[0].trace.t, dtype=np.int64),
        **{key: grid([getattr(path.trace, key) for path in paths]) for key in _TRACES},
        **{key: grid([getattr(path.events, key) for path in paths]) for key in _EVENTS},
    )
