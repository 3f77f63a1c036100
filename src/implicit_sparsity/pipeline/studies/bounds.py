"""The bounds on the weights at all times of the early-stopping window, and its edges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
from implicit_sparsity.pipeline.studies.recovery import BEYOND, window_passed
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.problems.spec import ProblemSpec
from implicit_sparsity.theory.levels import off_support_bound, universal_level
from implicit_sparsity.theory.windows import early_stopping_window

#: A depth at which the predicted ratio of the window's edges is at its limit.
DEEP = 1e6


def measure(
    spec: ProblemSpec, problem: Problem, depth: float, alpha: float
) -> dict[str, float | None]:
    """Errors within the window of a flow over the noise level, in one row.

    The noise level is λ = σ √(2 log p / n). Signals of at most λ are weak, the others strong. The
    window opens when all strong ones are within λ of the truth, and closes when a weight off the
    support exceeds α^{N/4}.

    Parameters
    ----------
    spec, problem, depth, alpha
        What every `Measure` takes.

    Returns
    -------
    dict
        ``window_start`` and ``window_end`` in flow time, None if never; ``predicted_start`` and
        ``predicted_end``; ``limit_ratio``, the predicted end over start in the limit of great
        depth, from the same α^N; ``strong``, the largest error of a strong signal at any time of
        the window over λ, and ``weak`` the same of weak ones, None without a window or such;
        ``best_error``, ``final_time``; ``incoherence``, μ k r, where r is that of strong signals.
    """
    level = universal_level(spec.n, spec.p, spec.noise)
    bound = off_support_bound(depth, alpha)
    strong = np.abs(problem.truth) > level
    predicted = early_stopping_window(problem, depth, alpha, level)
    limit = early_stopping_window(
        problem, DEEP, alpha ** (depth / DEEP), level, off_support_bound(depth, alpha)
    )
    over = window_passed(problem, level, bound)
    path = gradient_flow(
        problem, depth, alpha, BEYOND * predicted.end, tolerance=level, bound=bound, until=over
    )
    start, end, errors = window_errors(path, problem, strong, level, bound)
    inside = {
        name: float(errors[:, chosen].max() / level) if errors.size and chosen.any() else None
        for name, chosen in (
            ("strong", strong[problem.support]),
            ("weak", ~strong[problem.support]),
        )
    }
    signal = np.abs(problem.truth[strong])
    return {
        "window_start": start,
        "window_end": end,
        "predicted_start": predicted.start,
        "predicted_end": predicted.end,
        "limit_ratio": limit.ratio,
        **inside,
        "best_error": path.events.best_error,
        "final_time": float(path.t[-1]),
        "incoherence": problem.coherence * problem.support.size * signal.max() / signal.min(),
    }


def window_errors(
    path: FlowTrajectory, problem: Problem, strong: NDArray[np.bool_], level: float, bound: float
) -> tuple[float | None, float | None, Matrix]:
    """Edges of the window, and the errors (T, k) of the signals at its edges and between them.

    The times between are those of the path's trace.
    """
    support = problem.support

    def errors(w: Matrix) -> Matrix:
        return np.abs(w[:, support] - problem.truth[support])

    def below(w: Matrix) -> Vector:
        return np.asarray(level - errors(w)[:, strong[support]].max(axis=1))

    def above(w: Matrix) -> Vector:
        return np.asarray(np.abs(w[:, problem.truth == 0]).max(axis=1) - bound)

    time = path.trace.t.astype(np.float64)
    w = path.at(time)
    start, end = (first_above_zero(path, time, height(w), height) for height in (below, above))
    if start is None:
        return None, end, np.empty((0, support.size))
    last = float(time[-1]) if end is None else end
    if last < start:
        return start, end, np.empty((0, support.size))
    first_w, last_w = path.at([start, last])
    return start, end, errors(np.vstack([first_w, w[(time > start) & (time < last)], last_w]))


def first_above_zero(
    path: FlowTrajectory, time: Vector, heights: Vector, height: Callable[[Matrix], Vector]
) -> float | None:
    """The time at which a height first exceeds 0, refined between times at which it is known."""
    above = np.flatnonzero(heights > 0)
    if not above.size:
        return None
    i = int(above[0])
    if i == 0:
        return float(time[0])
    return float(brentq(lambda t: float(height(path.at(t))[0]), time[i - 1], time[i]))
