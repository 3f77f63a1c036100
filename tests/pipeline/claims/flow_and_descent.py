"""Descents that deviate from their flows in proportion to the step, and edges that hardly move."""

import numpy as np

from claims.case import Change, Expected, study

STUDY = "discretisation"
#: By depth, how far the slope is from 1.
TILTS = {2: -0.02, 3: 0.05}
SCALED = [1.6, 0.2, 0.1, 0.05, 0.025]


def _row(keys, jitter):
    step = keys["scaled"] / keys["depth"] ** 2
    shift = 0.05 * keys["scaled"]
    diverged = np.inf if keys["scaled"] == 1.6 and jitter > 1.02 else 1.0
    return {
        "step_size": step,
        "deviation": 2 * step * step ** TILTS[keys["depth"]] * jitter * diverged,
        "deviation_fast": 0.02 * jitter * diverged,
        "flow_start": 2.0,
        "flow_end": 6.0,
        "descent_start": 2.0 * (1 + shift * jitter),
        "descent_end": 6.0 * (1 - 0.5 * shift * jitter),
    }


TABLES = {STUDY: study({"depth": list(TILTS), "scaled": SCALED}, _row)}

METRICS = {
    "edge_shift": Expected(
        value=0.01,
        contradicted=Change(STUDY, "scaled == 0.2 and depth == 3", {"descent_end": 5.7}),
        control_holds=Change(
            STUDY, "scaled == 1.6 and depth == 2", {"descent_start": 2.03, "descent_end": 6.0}
        ),
        positive_fails=Change(STUDY, "scaled == 0.025 and depth == 3", {"descent_end": 3.0}),
        panels=(1,),
    ),
    "slope": Expected(
        value=1.05,
        contradicted=Change(
            STUDY, "scaled <= 0.2 and depth == 3", {"deviation": "step_size ** 0.5"}
        ),
        control_holds=Change(
            STUDY, "scaled <= 0.2 and depth == 2", {"deviation_fast": "step_size"}
        ),
    ),
}
