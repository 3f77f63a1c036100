"""Separate weights near the convex solution from small starts; small errors with absolute loss."""

import pandas as pd

from claims.case import NAN, Change, Expected, study


def _separate(keys, jitter):
    told, small = keys["penalty"] > 0.1, keys["init"] < 0.1
    return {
        "part": "separate",
        "judged": small,
        "distance": (1e-5 if small else 0.5) * jitter,
        "separation": (1e-5 if told else 0.5) * jitter,
        "run": NAN,
        "depth": NAN,
        "share": NAN,
        "error": NAN,
    }


def _loss(keys, jitter):
    beside = {"part": "loss", "penalty": NAN, "init": NAN, "judged": NAN}
    missed = {"distance": NAN, "separation": NAN}
    good = keys["run"] == "absolute" and (keys["share"] < 0.2 or keys["depth"] > 2)
    return beside | missed | {"error": (1e-3 if good else 30.0) * jitter}


SEPARATE = study({"penalty": [0.1, 1, 10], "init": [0.3, 1e-5]}, _separate)
LOSS = study(
    {"run": ["absolute", "squared", "linear"], "depth": [1, 2, 3], "share": [0.1, 0.3]}, _loss
)
KINDS = "run == 'absolute' and depth > 1 or run == 'squared' and depth == 2"
LOSS = LOSS.query(f"{KINDS} or run == 'linear' and depth == 1")
TABLES = {"sparse_outliers": pd.concat([SEPARATE, LOSS], ignore_index=True).drop(columns="method")}


def change(where, to):
    return Change("sparse_outliers", where, to)


METRICS = {
    "convex_distance": Expected(
        value=1e-5,
        contradicted=change("penalty == 1 and init < 0.1", {"distance": "0.01 * jitter"}),
        control_holds=change("penalty == 10 and init > 0.1", {"distance": 1e-4}),
        panels=(0,),
    ),
    "separation": Expected(
        value=1e-5,
        contradicted=change("penalty == 10 and init < 0.1", {"separation": "0.1 * jitter"}),
        control_holds=change("penalty < 1 and init < 0.1", {"separation": 1e-3}),
        panels=(1,),
    ),
    "absolute_error": Expected(
        value=1e-3,
        contradicted=change(
            "run == 'absolute' and depth == 2 and share < 0.2", {"error": "0.2 * jitter"}
        ),
        control_holds=change("run == 'linear' and share < 0.2", {"error": 1e-3}),
        panels=(2,),
    ),
}
