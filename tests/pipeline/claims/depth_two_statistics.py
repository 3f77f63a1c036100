"""A gain over the Lasso with many samples and strong signals, and fewer iterations if graded."""

import pandas as pd

from claims.case import NAN, Change, Expected, study


def _gain(keys, jitter):
    gains = keys["n"] == 400 and keys["signal"] == 1
    return {"part": "lasso", "weights": NAN, "share": NAN, "gain": (2.0 if gains else 0.1) * jitter}


def _share(keys, jitter):
    share = (0.2 if keys["weights"] == "graded" else 0.6) * jitter
    return {"part": "steps", "n": NAN, "k": NAN, "signal": NAN, "share": share, "gain": NAN}


LASSO = study({"n": [100, 400], "k": [5, 20], "signal": [1, 0.1]}, _gain)
LASSO = LASSO.query("n == 400 or k == 20 and signal == 1")
STEPS = study({"weights": ["graded", "equal"]}, _share)
TABLES = {
    "depth_two_statistics": pd.concat([LASSO, STEPS], ignore_index=True).drop(columns=["method"])
}


def change(where, to, **also):
    return Change("depth_two_statistics", where, to, also=also)


METRICS = {
    "gain": Expected(
        value=2.0,
        contradicted=change("n == 400 and k == 5 and signal == 1", {"gain": "0.8 * jitter"}),
        control_holds=change("k == 5 and signal < 1", {"gain": 2.0}),
        panels=(0,),
    ),
    "gain_at_few_samples": Expected(
        value=0.1,
        contradicted=change("n == 100", {"gain": "1.0 * jitter"}),
        control_holds=change(
            "n == 400 and k == 20 and signal == 1", {"gain": 0.2}, gain="contradicted"
        ),
        panels=(0,),
        heights=lambda limit: [limit, 0.7],
    ),
    "share_of_iterations": Expected(
        value=0.2,
        contradicted=change("weights == 'graded'", {"share": "0.5 * jitter"}),
        control_holds=change("weights == 'equal'", {"share": 0.2}),
        panels=(1,),
    ),
}
