"""Windows that are ten times as long at each depth as at the one before, on the same problem."""

import pandas as pd

from claims.case import Change, Expected, study

STUDY, EASY = "window_at_alpha", "window_at_alpha_easy"
DEPTHS = [2, 3, 4, 5]


def _row(keys, jitter):
    inside = keys["n"] == 300 or keys["design"] == "sequence"
    size = (1.0 if inside else 0.1) * 10.0 ** keys["depth"]
    return {
        "alpha": 0.005,
        "init": 0.005 ** keys["depth"],
        "incoherence": 0.8 if inside else 2.0,
        "window_start": size * jitter,
        "window_end": 2 * size * jitter,
        "final_time": 9e9,
        "predicted_start": 0.9 * size,
        "predicted_end": 1.9 * size,
    }


TABLES = {
    STUDY: pd.concat(
        [
            study({"n": [300], "p": [400], "k": [3], "depth": DEPTHS}, _row),
            study({"depth": DEPTHS}, _row),
        ],
        ignore_index=True,
    ),
    EASY: study({"design": ["sequence"], "depth": DEPTHS}, _row),
}


def _end(where, end):
    return Change(STUDY, f"n == 300 and {where}", {"window_end": end})


METRICS = {
    "growth": Expected(
        value=10.0,
        # At depth 4 it is no longer than at depth 3.
        contradicted=_end("depth == 4", "window_start * 1.1"),
        # From one problem to the next it grows nine-fold.
        control_holds=_end("depth == 3", "window_start * (1 + 9.0 ** (20 - replicate))"),
        # At depth 5 it is no longer than at depth 4.
        positive_fails=Change(EASY, "depth == 5", {"window_end": "window_start * 1.1"}),
        panels=(1,),
    )
}
