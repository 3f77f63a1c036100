"""Graded weights rise in order and more sharply at each depth; equal ones in no order."""

import numpy as np

from claims.case import Change, Expected, study

STUDY = "activation"
#: By depth, the time of a rise over the time to the next.
SHARPNESS = {2: 0.9, 3: 0.13, 4: 0.04, 5: 0.02, 6: 0.012}


def _row(keys, jitter):
    graded, small = keys["signal"] != 2, keys["init"] < 1
    rise = SHARPNESS[keys["depth"]] if graded and small else 0.9 if graded else 2.0
    return {"order": 1.0 if graded else np.sign(jitter - 1) / 3, "rise_over_gap": rise * jitter}


TABLES = {
    STUDY: study({"signal": ["4 3 2 1", 2], "depth": list(SHARPNESS), "init": [1e-4, 10.0]}, _row)
}

GRADED, EQUAL = "init < 1 and signal == '4 3 2 1'", "init < 1 and signal == 2"

METRICS = {
    "order": Expected(
        value=1.0,
        contradicted=Change(STUDY, f"{GRADED} and depth == 4", {"order": 0.5}),
        control_holds=Change(STUDY, EQUAL, {"order": 1.0}),
        panels=(1,),
    ),
    "rise_over_gap": Expected(
        value=0.13,
        contradicted=Change(STUDY, f"{GRADED} and depth == 3", {"rise_over_gap": 0.7}),
        control_holds=Change(STUDY, EQUAL, {"rise_over_gap": 0.1}),
        panels=(0,),
    ),
    "sharpening": Expected(
        value=0.02 / 0.012,
        contradicted=Change(STUDY, f"{GRADED} and depth == 6", {"rise_over_gap": 0.02}),
        control_holds=Change(
            STUDY, "init > 1 and signal == '4 3 2 1'", {"rise_over_gap": "2.0 ** -depth"}
        ),
    ),
}
