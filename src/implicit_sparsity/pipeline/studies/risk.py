"""The squared error where rules stop that know the noise, but neither the weights nor k."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
from implicit_sparsity.metrics import mean_squared_error
from implicit_sparsity.pipeline.studies.recovery import tolerance
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.reduced import reduced
from implicit_sparsity.problems.spec import ProblemSpec
from implicit_sparsity.theory.escape import escape_time
from implicit_sparsity.theory.incoherence import incoherence
from implicit_sparsity.theory.levels import minimax_rate, off_support_bound, universal_level

#: A flow ends at this multiple of the prescribed time.
BEYOND = 2.0
#: A cautious stop takes this multiple of the noise level.
CAUTION = 1.5
#: The fixed stop takes this part of the least weight for the noise level.
FIXED = 1 / 32


def stopping_time(level: float, depth: float, alpha: float) -> float:
    """When a weight of drive 2 · level would pass α^{N/4}, in flow time.

    With λ = σ √(2 log p / n) for the level it is the prescribed time: the largest drive that noise
    is expected to have is 2λ, so a weight off the support may then leave the bound.

    Parameters
    ----------
    level : float
        Positive.
    depth : float
        N ≥ 2.
    alpha : float
        Start α > 0.
    """
    return float(escape_time(2 * level, depth, alpha, off_support_bound(depth, alpha)))


def least_inflation(
    path: FlowTrajectory, problem: Problem, samples: int, sigma: float, bound: float
) -> Vector:
    """The weights of the step at which the risk inflation criterion [1]_ is least.

    It is ‖y − Xw‖²/σ² + 2 s log p, where s counts the weights above the bound.

    Parameters
    ----------
    path : FlowTrajectory
        A flow on the problem.
    problem : Problem
        The data, reduced or not: what no weights fit does not matter.
    samples : int
        Samples that they were before they were reduced.
    sigma : float
        Standard deviation of the noise, positive.
    bound : float
        Size from which a weight counts.

    References
    ----------
    .. [1] D. P. Foster & E. I. George, "The risk inflation criterion for multiple regression",
       Annals of Statistics 22, 1947–1975 (1994).
    """
    size = np.count_nonzero(np.abs(path.w) > bound, axis=1)
    fit = samples * mean_squared_error(problem, path.w) / sigma**2
    chosen: Vector = path.w[(fit + 2 * size * np.log(problem.p)).argmin()]
    return chosen


def measure(
    spec: ProblemSpec, problem: Problem, depth: float, alpha: float
) -> dict[str, float | None]:
    """Squared errors of a flow where rules without the truth stop it, beside the least, in one row.

    Parameters
    ----------
    spec, problem, depth, alpha
        What every `Measure` takes; there must be noise.

    Returns
    -------
    dict
        ``best_error``, the least up to twice the prescribed time; ``prescribed_error``, at the
        prescribed time; ``fixed_error``, at a time that does not know the noise, which takes a
        thirty-second part of the least weight for λ (at the end, if that is earlier);
        ``selected_error``, where the risk inflation criterion is least; ``window_start``
        and ``window_end``, as the measure recovery has them; ``stop_in_window``, whether a stop
        that takes 1.5 λ for λ lies within the window;
        ``signal_over_level``, min|w*| over σ √(2 log p / n); ``rate``, k σ² log p / n;
        ``coherence`` and ``incoherence``, μ and μ k r.
    """
    if spec.noise == 0:
        raise ValueError("Measure risk has no time to stop at without noise; set noise above 0.")
    data = reduced(problem)
    condition = incoherence(data)
    least = float(np.abs(data.truth[data.support]).min())
    level = universal_level(spec.n, spec.p, spec.noise)
    prescribed, cautious, fixed = (
        stopping_time(at, depth, alpha) for at in (level, CAUTION * level, FIXED * least)
    )
    path = gradient_flow(data, depth, alpha, BEYOND * prescribed, tolerance=tolerance(spec, data))
    chosen = least_inflation(path, data, spec.n, spec.noise, off_support_bound(depth, alpha))
    stops = path.at([prescribed, min(fixed, BEYOND * prescribed)])
    errors = data.error(np.vstack([stops, chosen]))
    start, end = path.events.support_reached, path.events.off_support_exceeded
    opened = start is not None and start <= cautious
    return {
        "best_error": float(path.events.best_error or 0.0),
        "prescribed_error": float(errors[0]),
        "fixed_error": float(errors[1]),
        "selected_error": float(errors[2]),
        "window_start": start,
        "window_end": end,
        "stop_in_window": opened and (end is None or cautious <= end),
        "signal_over_level": least / level,
        "rate": minimax_rate(spec.n, spec.p, condition.sparsity, spec.noise),
        "coherence": condition.coherence,
        "incoherence": condition.product,
    }
