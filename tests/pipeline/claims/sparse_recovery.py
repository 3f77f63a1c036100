"""Windows everywhere, but at critical noise, and errors of one and a half times the oracle's."""

import pandas as pd

from claims.case import NAN, Change, Expected, study, with_baselines

DEPTHS = [2, 3, 4, 5, 6]
STUDY = "sparse_recovery"


def _row(keys, jitter):
    critical = keys["noise"] > 1
    return {
        "best_error": (6.0 if critical else 1.5 if keys["n"] == 300 else 1.4) * jitter,
        "window_start": NAN if critical else 2.0 * jitter,
        "window_end": 1.0 if critical else 10.0,
        "final_time": 30.0,
    }


def _table():
    main = study({"n": [300], "p": [600], "noise": [0.5, 4.8], "depth": DEPTHS}, _row)
    authors = study({"noise": [0.5, 3.1], "depth": DEPTHS}, _row)
    rows = pd.concat([main, authors], ignore_index=True)
    return with_baselines(rows, oracle={"best_error": 1.0})


TABLES = {STUDY: _table()}

METRICS = {
    "share_with_window": Expected(
        value=1.0,
        contradicted=Change(STUDY, "n == 300 and noise < 1 and depth == 4", {"window_start": 11.0}),
        control_holds=Change(STUDY, "n == 300 and noise > 1", {"window_start": 0.5}),
    ),
    "best_over_oracle": Expected(
        value=1.5,
        contradicted=Change(STUDY, "n == 300 and noise < 1 and depth == 6", {"best_error": 3.0}),
        control_holds=Change(STUDY, "n == 300 and noise > 1", {"best_error": 1.0}),
        panels=(1,),
    ),
    "share_at_authors_shape": Expected(
        value=1.0,
        contradicted=Change(STUDY, "n == 100 and noise < 1 and depth == 2", {"window_start": NAN}),
        control_holds=Change(STUDY, "n == 100 and noise > 1", {"window_start": 0.5}),
    ),
}
