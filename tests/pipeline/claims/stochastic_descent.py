"""Large steps that fit: small errors of stochastic descent, large ones of descent; labels help."""

import pandas as pd

from claims.case import NAN, Change, Expected, study

RATIOS = {"descent": {0.3: 1.05, 1.5: 5.0}, "stochastic": {0.1: 0.85, 0.3: 0.3}}


def _steps(keys, jitter):
    ratio = RATIOS[keys["run"]].get(keys["step"], NAN)  # no data are fitted from other steps
    beside = {"part": "steps", "fits": ratio > 0, "t": NAN, "error": NAN}
    return beside | {"ratio": ratio * jitter}


def _labels(keys, jitter):
    last = 0.01 if keys["run"] == "noisy" else 80.0
    error = last if keys["t"] > 0 else 95.0
    return {"part": "labels", "fits": NAN, "ratio": NAN, "step": NAN, "error": error * jitter}


STEPS = study({"run": list(RATIOS), "step": [0.1, 0.3, 1.5, 1.8]}, _steps)
STEPS = STEPS.query("run == 'descent' and step > 0.2 or run == 'stochastic' and step < 1")
LABELS = study({"run": ["noisy", "plain"], "t": [0, 1000]}, _labels)
TABLES = {
    "stochastic_descent": pd.concat([STEPS, LABELS], ignore_index=True).drop(columns="method")
}


def change(where, to):
    return Change("stochastic_descent", where, to)


METRICS = {
    "stochastic_ratio": Expected(
        value=0.3,
        contradicted=change("run == 'stochastic' and step == 0.3", {"ratio": "0.9 * jitter"}),
        control_holds=change("run == 'stochastic' and step == 0.1", {"ratio": 0.3}),
        panels=(1,),
    ),
    "descent_ratio": Expected(
        value=5.0,
        contradicted=change("run == 'descent' and step == 1.5", {"ratio": "1.2 * jitter"}),
        control_holds=change("run == 'descent' and step == 0.3", {"ratio": 4.0}),
        panels=(1,),
    ),
    "label_error": Expected(
        value=0.01,
        contradicted=change("run == 'noisy' and t > 0", {"error": "0.2 * jitter"}),
        control_holds=change("run == 'plain' and t > 0", {"error": 0.01}),
        panels=(2,),
    ),
}
