"""When the coordinates of the support rise, and how sharply one after the other."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.stats import kendalltau

from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.spec import ProblemSpec


def measure(
    spec: ProblemSpec, problem: Problem, depth: float, alpha: float
) -> dict[str, float | None]:
    """One row of a table of activations.

    Returns
    -------
    dict
        rise_over_gap: median over the coordinates but the last of the time in which one rises from
        10 to 90 % of its weight at the end, over the time between its half and the next one's half;
        order: Kendall's τ between the times of half height and the places in the support, of which
        the largest weight comes first (for equal weights: any order); 1 if larger weights always
        come first.
    """
    path = gradient_flow(problem, depth, alpha)
    times = np.array([crossings(path, int(i)) for i in problem.support])
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


def crossings(path: FlowTrajectory, i: int) -> Vector:
    """First flow times (3,) with w_i at 10, 50 and 90 % of what it is at the end of the path."""
    final = float(path.w[-1, i])
    share = path.w[:, i] / final
    found = np.empty(3)
    for place, level in enumerate((0.1, 0.5, 0.9)):
        node = int((share >= level).argmax())

        def gap(time: float, level: float = level) -> float:
            return float(path.at(time)[0, i]) / final - level

        low, high = path.t[node - 1], path.t[node]
        found[place] = brentq(gap, low, high) if gap(low) * gap(high) < 0 else high
    return found
