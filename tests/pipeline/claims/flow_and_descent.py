"""Descents that deviate from their flows in proportion to the step, and edges that hardly move."""

from claims.case import Change, Expected, study

STUDY = "discretisation"
#: By depth, how far the slope is from 1.
TILTS = {2: -0.02, 3: 0.05}


def _row(keys, jitter):
    step = keys["step_size"]
    return {
        "deviation": 2 * step * (step / 0.01) ** TILTS[keys["depth"]] * jitter,
        "deviation_fast": 0.02 * jitter,
        "flow_start": 2.0,
        "flow_end": 6.0,
        "descent_start": 2.0 * (1 + step * jitter),
        "descent_end": 6.0 * (1 - 0.5 * step * jitter),
    }


STEPS = [4e-2, 2e-2, 1e-2, 5e-3, 2.5e-3, 1.25e-3]
TABLES = {STUDY: study({"depth": list(TILTS), "step_size": STEPS}, _row)}

METRICS = {
    "slope": Expected(
        value=0.05,
        contradicted=Change(
            STUDY, "step_size <= 0.01 and depth == 3", {"deviation": "2 * step_size ** 0.5"}
        ),
        control_holds=Change(STUDY, "step_size <= 0.01", {"deviation_fast": "step_size"}),
    ),
    "edge_shift": Expected(
        value=0.01,
        contradicted=Change(STUDY, "step_size == 0.01 and depth == 3", {"descent_end": 5.7}),
        control_holds=Change(
            STUDY, "step_size == 0.04", {"descent_start": 2.03, "descent_end": 6.0}
        ),
        panels=(1,),
    ),
}
