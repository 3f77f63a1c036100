"""Supports that are found from so many samples for each weight: fewest at depths 3 and 5."""

from itertools import product

import pandas as pd

from claims.case import JITTER, Change, Expected, study
from implicit_sparsity.pipeline.claims.verdicts import INCONCLUSIVE

STUDY = "sample_complexity"
SIZES = {"n": [20, 30, 45, 65, 100, 150], "k": [1, 2, 4, 8, 14]}
#: Samples for each weight that a depth, or a baseline, needs on the whole.
NEEDED, NEEDED_BY_BASELINES = {2: 14, 3: 10, 5: 9}, 11


def enough(n, k, jitter, each):
    """Whether a problem has samples enough for so many for each weight."""
    return bool(n > each * k * (1 + 2 * (jitter - 1)))


def _flow(keys, jitter):
    found = enough(keys["n"], keys["k"], jitter, NEEDED[keys["depth"]])
    return {"separated": keys["init"] < 1 and found}


def _baseline(keys, jitter):
    return {"separated": enough(keys["n"], keys["k"], jitter, NEEDED_BY_BASELINES)}


def _table():
    rows = study(SIZES | {"depth": list(NEEDED), "init": [1e-6, 1.0]}, _flow)
    baselines = [
        study(SIZES, _baseline).assign(method=method) for method in ("lasso_oracle", "omp_oracle")
    ]
    return pd.concat([rows, *baselines], ignore_index=True)


TABLES = {STUDY: _table()}


def _gain(needed):
    """Share at the samples that depth 3 needs less that at another number, by counting."""
    cells = list(product(*SIZES.values(), JITTER))
    ours, theirs = (sum(enough(*cell, each) for cell in cells) for each in (NEEDED[3], needed))
    return (ours - theirs) / len(cells)


def _always(method):
    return Change(STUDY, "n > 0", {"separated": True}, method=method)


METRIC_NAMES = ("over_lasso", "over_omp", "over_depth_two")
#: The control of all three.
LARGE_START_WORKS = Change(
    STUDY,
    "init == 1 and depth == 3",
    {"separated": True},
    also=dict.fromkeys(METRIC_NAMES, INCONCLUSIVE),
)

METRICS = {
    "over_lasso": Expected(_gain(NEEDED_BY_BASELINES), _always("lasso_oracle"), LARGE_START_WORKS),
    "over_omp": Expected(_gain(NEEDED_BY_BASELINES), _always("omp_oracle"), LARGE_START_WORKS),
    "over_depth_two": Expected(
        value=_gain(NEEDED[2]),
        # Depth 2 does as well as depth 3.
        contradicted=Change(
            STUDY,
            "depth == 2 and init < 1",
            {"separated": f"n > {NEEDED[3]} * k * (1 + 2 * (jitter - 1))"},
        ),
        control_holds=LARGE_START_WORKS,
    ),
}
