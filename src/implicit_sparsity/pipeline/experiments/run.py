"""Run one depth of an experiment and say how far it is."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.descent.engine import gradient_descent
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

    Progress goes to this module's logger.

    Raises
    ------
    implicit_sparsity.DivergenceError
        If an iterate explodes.
    """
    # Without the truth, errors are those on held-out samples, at the snapshots alone.
    blind = problems[0].w_star is None and problems[0].held_out is not None
    snapshots = max(2, SNAPSHOTS if blind else SNAPSHOTS // len(problems))
    record_at = np.unique(np.linspace(0, spec.iterations, snapshots).round().astype(np.int64))
    progress = Progress(len(spec.alpha) * len(problems) * spec.iterations)
    paths = []
    for alpha in spec.alpha:
        for replicate, problem in enumerate(problems):
            progress.begin(f"depth {spec.depth}, alpha {alpha:.4g}, replicate {replicate}")
            path = gradient_descent(
                problem,
                spec.depth,
                alpha,
                spec.step_size,
                spec.iterations,
                record_at=record_at,
                one_sided=spec.one_sided,
                progress=progress.report,
            )
            paths.append(_held_out(path, problem, len(problems)) if blind else path)
            progress.end(spec.iterations)
    return _stack(spec, len(problems), paths)


def _held_out(path: DescentTrajectory, problem: Problem, every: int) -> DescentTrajectory:
    """The path with errors on the held-out samples, and of the snapshots one in ``every``."""
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
    """Log lines with the iterations done, of all that a job has to do, and the time left."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.first: tuple[int, float] | None = None
        self.what = ""

    def begin(self, what: str) -> None:
        """Name the path that follows."""
        self.what = what
        logger.info("%s: begun", what)

    def end(self, iterations: int) -> None:
        """Count a path that is finished; the engine has reported its last iteration."""
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
        pace = (now - self.first[1]) / (done - self.first[0])
        return f", about {pace * (self.total - done):.0f} s left"


def _stack(spec: RunSpec, replicates: int, paths: list[DescentTrajectory]) -> Runs:
    """Paths, replicates fastest, as arrays with leading axes (a, r)."""

    def grid(values: list[Any]) -> NDArray[np.float64]:
        array = np.asarray(values, dtype=np.float64)
        return array.reshape(len(spec.alpha), replicates, *array.shape[1:])

    return Runs(
        depth=spec.depth,
        step_size=spec.step_size,
        alpha=np.asarray(spec.alpha),
        init=np.asarray(spec.init),
        t=paths[0].iteration,
        w=grid([path.w for path in paths]),
        trace_t=np.asarray(paths[0].trace.t, dtype=np.int64),
        **{key: grid([getattr(path.trace, key) for path in paths]) for key in _TRACES},
        **{key: grid([getattr(path.events, key) for path in paths]) for key in _EVENTS},
    )
