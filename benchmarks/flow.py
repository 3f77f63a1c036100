"""Gradient flow against gradient descent over the same flow time, as the start shrinks."""

from __future__ import annotations

import pandas as pd
from speed import seconds, sparse_problem

from implicit_sparsity import Problem, gradient_descent, gradient_flow

STEP_SIZE = 1e-2  # that of early_stopping_coordinate
DEPTH = 4
ALPHAS = [0.1, 0.03, 0.01, 0.005, 1e-3, 1e-4, 1e-6]
#: Of more iterations than this, only so many are timed, and the time is scaled up.
MAX_ITERATIONS = 2_000_000


def measure() -> pd.DataFrame:
    """Times of both engines from each start, n = 100, p = 200, N = 4.

    The flow time is 0.8 α^{−2}: enough, as 32,000 is at α = 0.005, for noise to be fitted.

    Returns
    -------
    DataFrame
        Columns alpha, flow_time, iterations, descent_s, descent_scaled (whether the time is
        scaled up from fewer iterations), flow_s, flow_steps, ratio (descent to flow).
    """
    problem = sparse_problem("rademacher", 100, 200)
    gradient_flow(problem, DEPTH, 0.1)  # compile
    rows = []
    for alpha in ALPHAS:
        rows.append(_compare(problem, alpha))
        print(
            "  alpha {alpha:g}: descent {descent_s:.3g} s, flow {flow_s:.3g} s".format(**rows[-1])
        )
    return pd.DataFrame(rows)


def _compare(problem: Problem, alpha: float) -> dict[str, float]:
    flow_time = 0.8 * alpha**-2
    iterations = round(flow_time / STEP_SIZE)
    count = min(iterations, MAX_ITERATIONS)
    path = gradient_flow(problem, DEPTH, alpha, flow_time)
    flow = seconds(lambda: gradient_flow(problem, DEPTH, alpha, flow_time))
    descent = seconds(lambda: gradient_descent(problem, DEPTH, alpha, STEP_SIZE, count))
    descent *= iterations / count
    return {
        "alpha": alpha,
        "flow_time": flow_time,
        "iterations": iterations,
        "descent_s": descent,
        "descent_scaled": count < iterations,
        "flow_s": flow,
        "flow_steps": len(path.t) - 1,
        "ratio": descent / flow,
    }
