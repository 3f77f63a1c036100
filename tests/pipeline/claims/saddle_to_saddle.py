"""On the path and at the Lasso from the smallest start, and from the largest on neither."""

import math

from claims.case import Change, Expected, study


def _row(keys, jitter):
    small = keys["alpha"] == 1e-4
    rough = 1.0 if keys["depth"] == 2 else 1e-3
    return {
        "share_near": 1.0 if small and keys["depth"] > 2 else 0.0,
        "error": rough * keys["alpha"] ** 0.1 * jitter,
        "from_lasso": 0.1 * rough * jitter,
        "from_other_lasso": 0.4 * jitter,
        "jumps": 3,
        "leaves": 2 if 0.01 < abs(math.log(jitter)) < 0.02 else 0,
        "end_from_least": 1e-9 * jitter,
        "previous_from_least": 0.2 * jitter,
    }


LEVELS = {"depth": [2, 3, 4], "alpha": [0.3, 1e-2, 1e-4]}
TABLES = {"saddle_to_saddle": study(LEVELS, _row).drop(columns=["method", "k", "signal"])}
SMALL = "alpha == 0.0001"


def change(where, to):
    return Change("saddle_to_saddle", where, to)


METRICS = {
    "on_path": Expected(
        value=1.0,
        contradicted=change(f"{SMALL} and depth == 3", {"share_near": 0.5}),
        control_holds=change("alpha == 0.3 and depth == 4", {"share_near": 1.0}),
        panels=(0,),
    ),
    "nearer": Expected(
        value=1.0,
        contradicted=change(f"{SMALL} and depth == 2", {"error": "0.9 * jitter"}),
        control_holds=change(f"{SMALL} and depth == 3", {"error": "1e-5 * (42 - replicate)"}),
    ),
    "average": Expected(
        value=1e-4,
        contradicted=change(f"{SMALL} and depth == 4 and leaves == 0", {"from_lasso": 0.05}),
        control_holds=change(f"{SMALL} and depth == 3", {"from_other_lasso": 1e-3}),
        panels=(1,),
    ),
    "end": Expected(
        value=1e-9,
        contradicted=change(SMALL, {"end_from_least": 0.1}),
        control_holds=change(SMALL, {"previous_from_least": 1e-9}),
    ),
}
