"""Polynomial starts and the order of matching pursuit beyond depth 2, exponential starts at 2."""

import numpy as np
import pandas as pd

from claims.case import NAN, Change, Expected, study


def _two(keys, jitter):
    excess = keys["ratio"] - 1
    at_two = keys["depth"] == 2
    log = -4.0 * jitter / excess if at_two else 2.0 * np.log(excess) - 3 * jitter
    return {"part": "two", "log_start": log, "values": NAN, "in_order": NAN, "same": NAN}


def _path(keys, jitter):
    deep = keys["depth"] > 2
    return {"part": "path", "ratio": NAN, "log_start": NAN, "in_order": deep, "same": deep}


TWO = study({"depth": [2, 3, 6], "ratio": [1.5, 1.25, 1.1, 1.05]}, _two)
PATH = study({"depth": [1, 2, 3, 5], "values": ["graded", "exponential"]}, _path)
TABLES = {"incremental_depth": pd.concat([TWO, PATH], ignore_index=True).drop(columns=["method"])}


def change(to, *where, **also):
    return Change("incremental_depth", " and ".join(where), to, also=also)


METRICS = {
    "exponent": Expected(
        value=2.0,
        contradicted=change(
            {"log_start": "6 * log(ratio - 1) - 3 * jitter"}, "part == 'two'", "depth == 6"
        ),
        control_holds=change(
            {"log_start": "log(ratio - 1) - 60 - jitter"},
            "part == 'two'",
            "depth == 2",
            growth_at_depth_two="contradicted",
        ),
        panels=(1,),
    ),
    "growth_at_depth_two": Expected(
        value=1.0,
        contradicted=change(
            {"log_start": "-40 * jitter / (ratio - 1) ** 0.7"}, "part == 'two'", "depth == 2"
        ),
        control_holds=change(
            {"log_start": "-0.1 * jitter / (ratio - 1)"}, "part == 'two'", "depth == 3"
        ),
        panels=(1,),
        heights=lambda limit: [limit, 1.2],
    ),
    "in_order": Expected(
        value=1.0,
        contradicted=change({"in_order": "replicate % 4 == 0"}, "depth == 3", "values == 'graded'"),
        control_holds=change({"in_order": True}, "depth == 1", "values == 'graded'"),
        panels=(2,),
    ),
    "same": Expected(
        value=1.0,
        contradicted=change(
            {"same": "replicate % 2 == 0"}, "depth == 5", "values == 'exponential'"
        ),
        control_holds=change({"same": True}, "depth == 1", "values == 'exponential'"),
        panels=(2,),
    ),
}
