"""How close a flow comes to linear estimators: its end to least squares."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.metrics import relative_error
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.spec import ProblemSpec

#: Times the flow time in which the gradient falls to a hundredth: long enough for the data to be
#: fitted to many digits.
LONGER = 1e3


def measure(spec: ProblemSpec, problem: Problem, depth: float, alpha: float) -> dict[str, float]:
    """One row of a table of distances.

    Returns
    -------
    dict
        best_error, final_error: squared errors along the flow; end_distance: ‖w − w_LS‖ / ‖w_LS‖ of
        its end to the least-squares solution of least norm; residual: ‖Xw − y‖ / ‖y‖ there.
    """
    path = gradient_flow(problem, depth, alpha)
    path = gradient_flow(problem, depth, alpha, t_max=LONGER * float(path.t[-1]))
    least_squares = np.linalg.lstsq(problem.X, problem.y)[0]
    return {
        "best_error": float(path.events.best_error or 0.0),
        "final_error": float(path.trace.error[-1]),
        "end_distance": relative_error(path.w[-1], least_squares),
        "residual": relative_error(problem.X @ path.w[-1], problem.y),
    }
