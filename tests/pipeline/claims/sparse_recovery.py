"""Windows everywhere but for many non-zero weights, and errors near the oracle's."""

import pandas as pd

from claims.case import NAN, Change, Expected, study, with_baselines

DEPTHS = [2, 3, 4]
STUDY = "sparse_recovery"
#: Problems inside the condition, outside, and those of the controls, with their incoherence.
KINDS = {
    "one": {"n": [400], "p": [600], "k": [3]},
    "graded": {"n": [500], "p": [600], "k": [2], "signal": ["2 1"]},
    "outside": {"k": [5]},
    "control": {"k": [40]},
    "positive": {"n": [400], "p": [600], "k": [1], "noise": [0.1]},
}
INCOHERENCE = {3: 0.7, 2: 0.9, 5: 2.0, 40: 16.0, 1: 0.2}


def row(keys, jitter):
    fails = keys["k"] == 40
    start, end = 2.0 * 10 ** keys["depth"], 20.0 * 10 ** keys["depth"]
    return {
        "best_error": (30.0 if fails else 1.4 if keys["k"] == 5 else 1.5) * jitter,
        "strong": NAN if fails else 0.9 * jitter,
        "weak": NAN,
        "window_start": NAN if fails else start * jitter,
        "window_end": end,
        "final_time": 9e9,
        "predicted_start": 0.9 * start,
        "predicted_end": 1.1 * end,
        "incoherence": INCOHERENCE[keys["k"]],
    }


def _table():
    tables = [study(levels | {"depth": DEPTHS}, row) for levels in KINDS.values()]
    return with_baselines(pd.concat(tables, ignore_index=True), oracle={"best_error": 1.0})


TABLES = {STUDY: _table()}

METRICS = {
    "share_with_window": Expected(
        value=1.0,
        contradicted=Change(STUDY, "k == 2 and depth == 4", {"window_start": 1e6}),
        control_holds=Change(STUDY, "k == 40 and depth == 3", {"window_start": 0.5}),
        positive_fails=Change(STUDY, "k == 1 and depth == 2", {"window_start": NAN}),
        panels=(0,),
    ),
    "best_over_oracle": Expected(
        value=1.5,
        contradicted=Change(STUDY, "k == 3 and depth == 3", {"best_error": 3.0}),
        control_holds=Change(STUDY, "k == 40 and depth == 2", {"best_error": 1.0}),
        positive_fails=Change(STUDY, "k == 1 and depth == 4", {"best_error": 9.0}),
        panels=(1,),
    ),
}
