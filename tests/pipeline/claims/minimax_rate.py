"""Errors of 0.6 of the rate, with slopes that are a little off on either side."""

import numpy as np
import pandas as pd

from claims.case import Change, Expected, study, with_baselines

STUDY = "minimax_rate"
CENTRE = {"n": 240, "p": 800, "k": 5, "noise": 0.5}
SWEEPS = {
    "n": [120, 170, 240, 340, 480],
    "k": [2, 10, 20],
    "noise": [0.125, 0.25, 1.0],
    "p": [200, 400, 1600],
}
#: By depth, how far slopes are from the exponents; on either side of them.
TILTS = {2: 0.05, 3: 0.0, 5: -0.1}


def _row(keys, jitter):
    rate = keys["k"] * keys["noise"] ** 2 * np.log(keys["p"]) / keys["n"]
    tilt = np.prod([keys[size] / CENTRE[size] for size in ("n", "k", "noise")])
    small = 0.6 * rate * (1 + 0.1 * keys["depth"]) * tilt ** TILTS[keys["depth"]]
    best = small if keys["init"] < 1 else 0.8 * keys["k"]
    return {"best_error": best * jitter, "final_error": 0.3 * jitter}


def _table():
    rest = {"depth": list(TILTS), "init": [1e-8, 1.0]}
    cells = [CENTRE | {size: level} for size, levels in SWEEPS.items() for level in levels]
    tables = [study({size: [at] for size, at in cell.items()} | rest, _row) for cell in cells]
    rows = with_baselines(pd.concat(tables, ignore_index=True), oracle={})
    oracle = rows["method"] == "oracle"
    rows.loc[oracle, "best_error"] = rows["k"] * rows["noise"] ** 2 / rows["n"]
    return rows


TABLES = {STUDY: _table()}


def bend(size, power, where, error="best_error"):
    """Multiply an error by a power of a size, and so add to the slope."""
    centre = CENTRE.get(size, 1)
    return Change(STUDY, where, {error: f"{error} * ({size} / {centre}) ** {power}"})


SMALL, LARGE, SMALL_AND_DEEP = "init < 1", "init == 1", "init < 1 and depth == 5"

METRICS = {
    "slope_n": Expected(
        value=0.1,
        contradicted=bend("n", 0.5, SMALL_AND_DEEP),
        control_holds=bend("n", -1, LARGE),
    ),
    "slope_k": Expected(
        value=0.1,
        contradicted=bend("k", 0.45, SMALL_AND_DEEP),
        control_holds=bend("k", 1, SMALL, "final_error"),
    ),
    "slope_noise": Expected(
        value=0.1,
        contradicted=bend("noise", -0.3, SMALL_AND_DEEP),
        control_holds=bend("noise", 2, LARGE),
    ),
    "share_under_twice_the_rate": Expected(
        value=1.0,
        contradicted=bend("init", -0.1, SMALL),
        control_holds=Change(STUDY, LARGE, {"best_error": 1e-9}),
    ),
}
