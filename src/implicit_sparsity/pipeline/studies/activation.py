"""When the coordinates on the support grow, and how well separated in time."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.spec import ProblemSpec
from implicit_sparsity.theory.limits import interpolating_limit

#: Shares of the final weight between which a coordinate rises.
LEVELS = (0.1, 0.5, 0.9)


def measure(
    spec: ProblemSpec, problem: Problem, depth: float, alpha: float
) -> dict[str, float | None]:
    """Rise times of the coordinates, and their order, in one row.

    Parameters
    ----------
    spec, problem, depth, alpha
        What every `Measure` takes.

    The flow is followed until all have risen; where it would end is known without following it.

    Returns
    -------
    dict
        ``rise_over_gap``, the median over all coordinates but the last of the time in which one
        rises from 10 to 90 % of its final weight, over the time between its 50 % and that of the
        next one; ``order``, Kendall's τ between the times at 50 % and the ranks of the true
        weights by magnitude, 1 if larger weights always come first.
    """
    # Here, as it takes half a second to load, which no other measure needs.
    from scipy.stats import kendalltau

    end = interpolating_limit(problem, depth, alpha)[problem.support]

    def risen(_: float, w: Vector) -> bool:
        return bool((w[problem.support] / end > LEVELS[-1]).all())

    path = gradient_flow(problem, depth, alpha, until=risen)
    # A flow counts as fitted a little short of its end, which matters where that is nearly zero.
    reached = (path.w[:, problem.support] / end > LEVELS[-1]).any(axis=0)
    end = np.where(reached, end, path.w[-1, problem.support])
    times = np.array(
        [rise_times(path, int(i), final) for i, final in zip(problem.support, end, strict=True)]
    )
    half = times[:, 1]
    # A stable sort: equal weights keep their places, so that their order says nothing.
    rank = np.argsort(np.argsort(-np.abs(problem.truth[problem.support]), kind="stable"))
    first = np.argsort(half)
    rise = (times[:, 2] - times[:, 0])[first[:-1]]
    with np.errstate(divide="ignore"):
        sharpness = rise / np.diff(half[first])
    return {
        "rise_over_gap": float(np.median(sharpness)),
        "order": float(kendalltau(half, rank).statistic),
    }


def rise_times(path: FlowTrajectory, i: int, final: float) -> Vector:
    """First flow times (3,) at which w_i is 10, 50 and 90 % of its final weight; NaN if never."""
    share = path.w[:, i] / final
    found = np.full(3, np.nan)
    for place, level in enumerate(LEVELS):
        node = int((share >= level).argmax())
        if share[node] < level:
            break

        def gap(time: float, level: float = level) -> float:
            return float(path.at(time)[0, i]) / final - level

        low, high = path.t[node - 1], path.t[node]
        found[place] = brentq(gap, low, high) if gap(low) * gap(high) < 0 else high
    return found
