"""Supports that are found from so many samples for each weight: fewest by the flow of depth 3."""

import numpy as np
import pandas as pd

from claims.case import Change, Expected, study
from implicit_sparsity.pipeline.claims.verdicts import INCONCLUSIVE

STUDY = "sample_complexity"
N, K = [12, 16, 20, 26, 34, 44, 58, 76], 2
EQUAL, GRADED = "equal(1), random signs, random places", "graded(1, 2), random signs, random places"
#: Samples that half of the problems need, by depth at the small start, from the large one, others.
NEEDED, NEEDED_FROM_LARGE, NEEDED_BY_BASELINES = {2: 30.0, 3: 24.0}, 45.0, 27.0
#: How much more some problems need than others.
SPREAD = 8


def enough(n, jitter, needed):
    """Whether a problem has samples enough."""
    return bool(n > needed * jitter**SPREAD)


def _flow(keys, jitter):
    needed = NEEDED[keys["depth"]] if keys["init"] < 0.1 else NEEDED_FROM_LARGE
    return {"separated": enough(keys["n"], jitter, needed)}


def _baseline(keys, jitter):
    return {"separated": enough(keys["n"], jitter, NEEDED_BY_BASELINES)}


def _table():
    sizes = {"n": N, "k": [K], "signal": [EQUAL, GRADED]}
    rows = study(sizes | {"depth": list(NEEDED), "init": [1e-6, 0.1]}, _flow)
    baselines = [
        study(sizes, _baseline).assign(method=method) for method in ("lasso_oracle", "omp_oracle")
    ]
    return pd.concat([rows, *baselines], ignore_index=True)


TABLES = {STUDY: _table()}


def needing(samples, where, method="flow", also=()):
    """The problems of some rows solved from so many samples."""
    solved = f"n > {samples} * jitter ** {SPREAD}"
    changes = dict.fromkeys(also, INCONCLUSIVE)
    return Change(STUDY, where, {"separated": solved}, method=method, also=changes)


def half(needed):
    """Samples at which a logistic fit crosses one half, by a plain maximisation."""
    from scipy.optimize import minimize

    from claims.case import JITTER

    x = np.log(N)
    found = np.array([sum(enough(n, jitter, needed) for jitter in JITTER) for n in N])
    columns = np.stack([np.ones_like(x), x - x.mean()])

    def penalised(c):
        share = 1 / (1 + np.exp(-(c @ columns)))
        weight = len(JITTER) * share * (1 - share)
        information = (columns * weight) @ columns.T
        likelihood = found @ np.log(share) + (len(JITTER) - found) @ np.log1p(-share)
        return -likelihood - 0.5 * np.linalg.slogdet(information)[1]

    options = {"xatol": 1e-10, "fatol": 1e-13, "maxiter": 10_000, "maxfev": 10_000}
    a, b = minimize(penalised, [0.0, 5.0], method="Nelder-Mead", options=options).x
    return np.exp(x.mean() - a / b)


FLOW = "depth == 3 and init < 0.1 and signal.str.startswith('graded')"
LARGE = "depth == 3 and init == 0.1"
#: The flow from the large start needs as few samples as that from the small one.
CONTROL = needing(NEEDED[3], LARGE)
#: From the large one, depth 2 needs fewer than depth 3 from the small one.
POSITIVE = needing(15.0, "depth == 2 and init == 0.1")


def _expected(needed, method, where):
    ratio = half(NEEDED[3]) / half(needed)
    rest = {f"n50_over_{name}" for name in ("lasso", "omp", "depth_two")} - {method}
    control = Change(
        CONTROL.study, CONTROL.where, CONTROL.to, also=dict.fromkeys(rest, INCONCLUSIVE)
    )
    return Expected(ratio, where, control, POSITIVE)


METRICS = {
    "n50_over_lasso": _expected(
        NEEDED_BY_BASELINES, "n50_over_lasso", needing(18.0, "n > 0", "lasso_oracle")
    ),
    "n50_over_omp": _expected(
        NEEDED_BY_BASELINES, "n50_over_omp", needing(18.0, "n > 0", "omp_oracle")
    ),
    "n50_over_depth_two": _expected(
        NEEDED[2], "n50_over_depth_two", needing(18.0, "depth == 2 and init < 0.1")
    ),
}
