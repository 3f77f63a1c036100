"""Sparse recovery along a flow: best and final error, the window, its prediction, the support."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.spec import ProblemSpec
from implicit_sparsity.theory.incoherence import incoherence
from implicit_sparsity.theory.levels import off_support_bound, universal_level
from implicit_sparsity.theory.windows import early_stopping_window

#: A flow "beyond" the window ends at this multiple of the predicted end of the window, ...
BEYOND = 3.0
#: ... one until "window" earlier, if the window is over and the error this multiple of its least.
SPOILT = 2.0


def tolerance(spec: ProblemSpec, problem: Problem) -> float:
    """Error of a weight that counts as noise: σ √(2 log p / n), within 5 and 50 % of min|w*|.

    The upper end keeps w = 0 from counting as a recovery, the lower one gives noiseless problems a
    level that can be reached.
    """
    least = float(np.abs(problem.truth[problem.support]).min())
    return float(np.clip(universal_level(spec.n, spec.p, spec.noise), 0.05 * least, 0.5 * least))


def passed(problem: Problem, level: float, bound: float) -> Callable[[float, Vector], bool]:
    """Tells, step by step, when the window has opened and closed and the error is spoilt."""
    off = problem.truth == 0
    opened = closed = False
    least = np.inf

    def over(_: float, w: Vector) -> bool:
        nonlocal opened, closed, least
        gap = w - problem.truth
        error = float(gap @ gap)
        least = min(least, error)
        opened = opened or np.abs(gap[~off]).max() < level
        closed = closed or np.abs(w[off]).max(initial=0.0) > bound
        return bool(opened and closed and error > SPOILT * least)

    return over


def measure(
    spec: ProblemSpec, problem: Problem, depth: float, alpha: float, until: str = "fitted"
) -> dict[str, float | None]:
    """One row of a table of recoveries.

    Returns
    -------
    dict
        best_error, best_time, final_error, final_time: squared errors along the flow;
        window_start, window_end: first flow times with max_S |w − w*| < tolerance and with
        ‖w off the support‖_∞ > α^{N/4}, None if never, and their predictions; tolerance;
        separated: whether min_S |w| > max off S |w| at some step, that is whether some threshold
        reads the support off the path; coherence and incoherence, μ and μ k r.
    """
    level = tolerance(spec, problem)
    predicted = early_stopping_window(problem, depth, alpha, level)
    if np.isinf(predicted.end):  # no noise, or no coordinates off the support
        until = "fitted"
    t_max = None if until == "fitted" else BEYOND * predicted.end
    over = passed(problem, level, off_support_bound(depth, alpha)) if until == "window" else None
    path = gradient_flow(problem, depth, alpha, t_max, tolerance=level, until=over)
    size = np.abs(path.w)
    on = np.zeros(problem.p, dtype=bool)
    on[problem.support] = True
    condition = incoherence(problem)
    return {
        "best_error": path.events.best_error,
        "best_time": path.events.best_t,
        "final_error": float(path.trace.error[-1]),
        "final_time": float(path.t[-1]),
        "window_start": path.events.support_reached,
        "window_end": path.events.off_support_exceeded,
        "predicted_start": predicted.start,
        "predicted_end": predicted.end,
        "tolerance": level,
        "separated": bool((size[:, on].min(axis=1) > size[:, ~on].max(axis=1, initial=0)).any()),
        "coherence": condition.coherence,
        "incoherence": condition.product,
    }
