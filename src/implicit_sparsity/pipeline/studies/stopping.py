"""What stopping without the truth costs: the error where each rule stops, and its run time."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.spec import ProblemSpec
from implicit_sparsity.regression.stopping.holdout import holdout

#: One sample in so many is held out.
HELD_OUT = 5

#: It reports run times.
TIMED = True


def measure(
    spec: ProblemSpec, problem: Problem, depth: float, alpha: float
) -> list[dict[str, float | str]]:
    """Error where each rule stops, a row each.

    "best" knows the truth and "end" does not stop; "5-fold" is ``DepthNRegressorCV``, "hold-out"
    stops at the least error on a fifth of the samples, and the others are the rules of
    ``DepthNRegressor``: "discrepancy", and the information criteria "EBIC", "GIC" and "BIC".

    Parameters
    ----------
    spec, problem, depth, alpha
        What every `Measure` takes.

    Returns
    -------
    list of dict
        ``stop``, the rule; ``best_error``, the squared error where it stops; ``seconds``, its run
        time.
    """
    # Here, as it loads scikit-learn, which no other measure needs and every job would wait for.
    from implicit_sparsity.regression.estimators import DepthNRegressor, DepthNRegressorCV

    options = {"depth": depth, "init": alpha**depth, "fit_intercept": False}
    path = gradient_flow(problem, depth, alpha)

    def held_out() -> Vector:
        kept = np.arange(problem.n) % HELD_OUT != 0
        train, test = (Problem(problem.X[part], problem.y[part]) for part in (kept, ~kept))
        partial = gradient_flow(train, depth, alpha)
        weights: Vector = partial.at(holdout(partial, test).best_time)[0]
        return weights

    def by(stop: str) -> Callable[[], Vector]:
        return lambda: DepthNRegressor(stop=stop, **options).fit(problem.X, problem.y).coef_

    rules: dict[str, Callable[[], Vector]] = {
        "best": lambda: path.at(path.events.best_t or 0.0)[0],
        "5-fold": lambda: DepthNRegressorCV(**options).fit(problem.X, problem.y).coef_,
        "hold-out": held_out,
        "discrepancy": by("discrepancy"),
        **{criterion.upper(): by(criterion) for criterion in ("ebic", "gic", "bic")},
        "end": lambda: path.w[-1],
    }
    rows: list[dict[str, float | str]] = []
    for stop, rule in rules.items():
        begun = time.perf_counter()
        w = rule()
        seconds = time.perf_counter() - begun
        error = float(problem.error(w[None])[0])
        rows.append({"stop": stop, "best_error": error, "seconds": seconds})
    return rows
