"""AR(1) designs on which it does not matter where the truth lies."""

import numpy as np
import pandas as pd

from claims.case import NAN, Change, Expected, study

STUDY = "correlated_beyond"
AR1, REPEATED = "ar1(rho=0.7)", "coherent_pairs(pairs=3, correlation=0.999)"
NEAR, FAR = "equal(1)", "equal(1), random places"


def _row(keys, jitter):
    fails = keys["design"] == REPEATED
    return {
        "incoherence": {"gaussian": 0.3, AR1: 3.5, REPEATED: 3.0}[keys["design"]] * jitter,
        "window_start": NAN if fails else 2.0,
        "window_end": 9.0,
        "final_time": 30.0,
    }


def _signed(rows):
    signs = rows["signal"].str.replace("equal(1)", "equal(1), random signs", regex=False)
    return pd.concat([rows, rows.assign(signal=signs)], ignore_index=True)


TABLES = {
    STUDY: _signed(
        pd.concat(
            [
                study(
                    {"design": ["gaussian", AR1], "signal": [NEAR, FAR], "depth": [2, 3, 5]}, _row
                ),
                study({"design": [REPEATED], "signal": [NEAR], "depth": [2, 3, 5]}, _row),
            ],
            ignore_index=True,
        )
    )
}
AT_RANDOM = "signal.str.contains('random places')"

METRICS = {
    "gap": Expected(
        value=0.0,
        contradicted=Change(
            STUDY, f"design == {AR1!r} and depth == 2 and {AT_RANDOM}", {"window_start": np.nan}
        ),
        control_holds=Change(STUDY, f"design == {REPEATED!r}", {"window_start": 1.0}),
        positive_fails=Change(
            STUDY, f"design == 'gaussian' and {AT_RANDOM}", {"window_start": np.nan}
        ),
    )
}
