"""Sparse recovery along a flow: best and final error, the window, its prediction, the support."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from implicit_sparsity.baselines import oracle
from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.reduced import reduced
from implicit_sparsity.problems.spec import ProblemSpec
from implicit_sparsity.theory.incoherence import incoherence
from implicit_sparsity.theory.levels import off_support_bound, universal_level
from implicit_sparsity.theory.windows import early_stopping_window

#: A flow until "beyond" ends at this multiple of the predicted end of the window.
BEYOND = 3.0
#: A flow until "window" ends once the window is over and the error is this multiple of its least.
ERROR_FACTOR = 2.0


def tolerance(spec: ProblemSpec, problem: Problem) -> float:
    """Error of a weight that counts as noise, such as the oracle's are, within limits.

    It is √(2 log p) times the largest standard error of least squares on the support, that is
    σ √(2 log p / n) where its columns are orthogonal, and more where they are correlated. It is
    kept within 5 and 50 % of min|w*|: the upper end keeps w = 0 from counting as a recovery, the
    lower one gives noiseless problems a level that can be reached.

    Parameters
    ----------
    spec : ProblemSpec
        What the problem was made from.
    problem : Problem
        The problem.
    """
    least = float(np.abs(problem.truth[problem.support]).min())
    columns = problem.X[:, problem.support] / np.sqrt(problem.n)
    # The root of the largest diagonal entry of the inverse of XᵀX/n on the support.
    inflation = float(np.linalg.norm(np.linalg.pinv(columns), axis=1).max())
    level = inflation * universal_level(spec.n, spec.p, spec.noise)
    return float(np.clip(level, 0.05 * least, 0.5 * least))


def window_passed(problem: Problem, level: float, bound: float) -> Callable[[float, Vector], bool]:
    """A stop rule: the window has begun and ended, and the error is well above its least."""
    off = problem.truth == 0
    begun = ended = False
    least = np.inf

    def over(_: float, w: Vector) -> bool:
        nonlocal begun, ended, least
        gap = w - problem.truth
        error = float(gap @ gap)
        least = min(least, error)
        begun = begun or np.abs(gap[~off]).max() < level
        ended = ended or np.abs(w[off]).max(initial=0.0) > bound
        return bool(begun and ended and error > ERROR_FACTOR * least)

    return over


def measure(
    spec: ProblemSpec,
    problem: Problem,
    depth: float,
    alpha: float,
    *,
    until: Literal["fitted", "beyond", "window"] = "fitted",
) -> dict[str, float | None]:
    """Errors of a flow, its window and whether it finds the support, in one row.

    Parameters
    ----------
    spec, problem, depth, alpha
        What every `Measure` takes.
    until : str
        Where a flow ends: when the data are fitted (fitted, the default), at three times the
        predicted end of the early-stopping window (beyond), or already once the window is over and
        the error twice its least (window).

    Returns
    -------
    dict
        ``best_error``, ``best_time``, ``final_error``, ``final_time``, squared errors along the
        flow; ``window_start`` and ``window_end``, the first flow times with
        max_S |w − w*| < tolerance and with ‖w off the support‖_∞ > α^{N/4}, None if never, and
        ``predicted_start`` and ``predicted_end``; ``tolerance``, and ``oracle_within``, whether
        the errors of least squares on the support are below it; ``separated``, whether
        min_S |w| > max off S |w| at some step, that is whether some threshold tells the support;
        ``coherence`` and ``incoherence``, μ and μ k r.
    """
    problem = reduced(problem)
    level = tolerance(spec, problem)
    predicted = early_stopping_window(problem, depth, alpha, level)
    if np.isinf(predicted.end):  # no noise, or no coordinates off the support
        until = "fitted"
    t_max = None if until == "fitted" else BEYOND * predicted.end
    bound = off_support_bound(depth, alpha)
    over = window_passed(problem, level, bound) if until == "window" else None
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
        "oracle_within": bool(np.abs(oracle.fit(problem).w[0] - problem.truth).max() < level),
        "separated": bool((size[:, on].min(axis=1) > size[:, ~on].max(axis=1, initial=0)).any()),
        "coherence": condition.coherence,
        "incoherence": condition.product,
    }
