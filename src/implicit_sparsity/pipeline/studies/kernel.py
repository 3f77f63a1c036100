"""How close a flow comes to linear estimators: distance of its end to least squares."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.metrics import relative_error
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.spec import ProblemSpec

#: Flow time, over that in which the gradient falls to a hundredth: the data are then fitted to
#: many digits.
TIME_FACTOR = 1e3

#: It needs no zero weights.
DENSE = True


def measure(spec: ProblemSpec, problem: Problem, depth: float, alpha: float) -> dict[str, float]:
    """Errors of the flow and the distance of its end to least squares, in one row.

    Parameters
    ----------
    spec, problem, depth, alpha
        What every `Measure` takes.

    Returns
    -------
    dict
        ``best_error`` and ``final_error``, squared errors along the flow; ``end_distance``,
        ‖w − w_LS‖ / ‖w_LS‖ of its end to the least-squares solution of least norm; ``residual``,
        ‖Xw − y‖ / ‖y‖ there.
    """
    path = gradient_flow(problem, depth, alpha)
    path = gradient_flow(problem, depth, alpha, t_max=TIME_FACTOR * float(path.t[-1]))
    least_squares = np.linalg.lstsq(problem.X, problem.y)[0]
    return {
        "best_error": float(path.events.best_error or 0.0),
        "final_error": float(path.trace.error[-1]),
        "end_distance": relative_error(path.w[-1], least_squares),
        "residual": relative_error(problem.X @ path.w[-1], problem.y),
    }
