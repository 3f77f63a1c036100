"""The squared error where rules stop that know the noise, but neither the weights nor k."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
from implicit_sparsity.metrics import mean_squared_error
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.reduced import reduced
from implicit_sparsity.problems.spec import ProblemSpec
from implicit_sparsity.theory.escape import escape_time
from implicit_sparsity.theory.incoherence import incoherence
from implicit_sparsity.theory.levels import minimax_rate, off_support_bound, universal_level

#: A flow ends at this multiple of the prescribed time.
BEYOND = 2.0


def prescribed_time(n: int, p: int, sigma: float, depth: float, alpha: float) -> float:
    """When a weight of drive 2λ with λ = σ √(2 log p / n) would pass α^{N/4}, in flow time.

    The largest drive that noise is expected to have is 2λ: it is time to stop when a weight off the
    support may leave the bound.

    Parameters
    ----------
    n, p : int
        Samples and coordinates.
    sigma : float
        Standard deviation of the noise, positive.
    depth : float
        N ≥ 2.
    alpha : float
        Start α > 0.
    """
    drive = 2 * universal_level(n, p, sigma)
    return float(escape_time(drive, depth, alpha, off_support_bound(depth, alpha)))


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


def measure(spec: ProblemSpec, problem: Problem, depth: float, alpha: float) -> dict[str, float]:
    """Squared errors of a flow where rules without the truth stop it, beside the least, in one row.

    Parameters
    ----------
    spec, problem, depth, alpha
        What every `Measure` takes; there must be noise.

    Returns
    -------
    dict
        ``best_error``, the least up to twice the prescribed time; ``prescribed_error``, at the
        prescribed time; ``selected_error``, where the risk inflation criterion is least;
        ``signal_over_level``, min|w*| over σ √(2 log p / n); ``rate``, k σ² log p / n;
        ``coherence`` and ``incoherence``, μ and μ k r.
    """
    if spec.noise == 0:
        raise ValueError("Measure risk has no time to stop at without noise; set noise above 0.")
    time = prescribed_time(spec.n, spec.p, spec.noise, depth, alpha)
    data = reduced(problem)
    path = gradient_flow(data, depth, alpha, BEYOND * time)
    bound = off_support_bound(depth, alpha)
    chosen = least_inflation(path, data, spec.n, spec.noise, bound)
    prescribed, selected = data.error(np.stack([path.at(time)[0], chosen]))
    condition = incoherence(data)
    least = float(np.abs(data.truth[data.support]).min())
    return {
        "best_error": float(path.events.best_error or 0.0),
        "prescribed_error": float(prescribed),
        "selected_error": float(selected),
        "signal_over_level": least / universal_level(spec.n, spec.p, spec.noise),
        "rate": minimax_rate(spec.n, spec.p, int(condition.sparsity), spec.noise),
        "coherence": condition.coherence,
        "incoherence": condition.product,
    }
