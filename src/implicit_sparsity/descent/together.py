"""Several runs of gradient descent on one design, advanced together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, overload

import numpy as np

from implicit_sparsity.checks import flag, instance, optional_function
from implicit_sparsity.descent.limits import DivergenceError
from implicit_sparsity.descent.recorder import Recorder
from implicit_sparsity.descent.run import Descent
from implicit_sparsity.descent.segments import segments
from implicit_sparsity.trajectory import DescentTrajectory

Progress = Callable[[int, int], object]


@overload
def gradient_descents(
    runs: Iterable[Descent],
    *,
    return_errors: Literal[False] = False,
    progress: Progress | None = None,
) -> list[DescentTrajectory]: ...


@overload
def gradient_descents(
    runs: Iterable[Descent], *, return_errors: Literal[True], progress: Progress | None = None
) -> list[DescentTrajectory | DivergenceError]: ...


def gradient_descents(
    runs: Iterable[Descent], *, return_errors: bool = False, progress: Progress | None = None
) -> list[DescentTrajectory] | list[DescentTrajectory | DivergenceError]:
    """Run several gradient descents on one design together, so that X is read once for all.

    Depths, starts, step sizes, numbers of iterations, responses and truths may differ. Each result
    has the bits of `gradient_descent` for that run alone, whatever runs beside it. This pays most
    where X does not fit in the cache, since a run alone waits for memory there.

    Parameters
    ----------
    runs : iterable of Descent
        The runs, whose problems have equal X.
    return_errors : bool, optional
        Whether the error of a run that diverges takes the place of its trajectory while the others
        go on. By default it is raised at once.
    progress : callable, optional
        Called as ``progress(done, iterations)``, with the iterations of all runs counted together,
        about once a second and at the end.

    Returns
    -------
    list of DescentTrajectory
        What `gradient_descent` returns for each run, in their order; with ``return_errors``, also
        of DivergenceError.

    Raises
    ------
    TypeError
        If an argument, or one of the runs, is of another kind.
    ValueError
        If there are no runs, or their designs differ.
    DivergenceError
        See `gradient_descent`.

    Examples
    --------
    Three depths on two responses.

    >>> import numpy as np
    >>> from dataclasses import replace
    >>> from implicit_sparsity import Descent, Problem, gradient_descents
    >>> random = np.random.default_rng(0)
    >>> X, w_star = random.standard_normal((40, 60)), np.eye(60)[0]
    >>> problem = Problem(X, X @ w_star, w_star)
    >>> noisy = replace(problem, y=problem.y + 0.1 * random.standard_normal(40))
    >>> runs = [Descent(each, N, 0.1, 0.01, 2000) for each in (problem, noisy) for N in (2, 3, 4)]
    >>> paths = gradient_descents(runs)
    >>> [path.depth for path in paths]
    [2, 3, 4, 2, 3, 4]
    >>> [path.events.support_reached for path in paths]
    [157, 140, 524, 117, 138, 519]
    """
    runs = _of_one_design(runs)
    flag("return_errors", return_errors)
    optional_function("progress", progress)
    recorders = [Recorder(run.problem, run.stops, run.tolerance, run.level) for run in runs]
    errors: dict[int, DivergenceError] = {}
    total, done = sum(run.iterations for run in runs), np.zeros(len(runs), dtype=np.int64)
    reported = time.monotonic()
    for segment in segments(runs):
        last = segment.first + segment.measures.shape[1] - 1
        for row, run in enumerate(segment.runs):
            recorders[run].record(segment.first, segment.measures[row], segment.w[row])
            done[run] = last
            if segment.diverged[row]:
                errors[run] = _divergence(last, runs[run])
                if not return_errors:
                    raise errors[run]
                done[run] = runs[run].iterations
        now, count = time.monotonic(), int(done.sum())
        if progress is not None and (now > reported + 1 or count == total):
            progress(count, total)
            reported = now
    return [
        errors[i] if i in errors else _trajectory(run, recorder)
        for i, (run, recorder) in enumerate(zip(runs, recorders, strict=True))
    ]


def _of_one_design(runs: Iterable[Descent]) -> Sequence[Descent]:
    """The runs as a list, if all have one design."""
    runs = list(runs)
    if not runs:
        raise ValueError("runs is empty; give at least one Descent.")
    for i, run in enumerate(runs):
        instance(f"runs[{i}]", run, Descent, "build one from a problem and its settings")
        X, first = run.problem.X, runs[0].problem.X
        if not (X is first or np.array_equal(X, first)):
            raise ValueError(
                f"runs[{i}] has another design X than runs[0]; "
                "call gradient_descents once for each design."
            )
    return runs


def _divergence(iteration: int, run: Descent) -> DivergenceError:
    return DivergenceError(
        f"Gradient descent diverged at iteration {iteration} with step size {run.step_size:g} "
        f"at depth {run.depth}; lower step_size."
    )


def _trajectory(run: Descent, recorder: Recorder) -> DescentTrajectory:
    return DescentTrajectory(
        depth=run.depth,
        alpha=run.alpha,
        one_sided=run.one_sided,
        t=recorder.stops,
        w=recorder.snapshots,
        trace=recorder.trace(),
        events=recorder.events(),
        step_size=run.step_size,
    )
