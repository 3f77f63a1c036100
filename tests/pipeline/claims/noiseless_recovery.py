"""The least norm and basis pursuit's recovery from the small start, neither from the large one."""

from claims.case import Change, Expected, study


def _row(keys, jitter):
    small = keys["init"] < 1
    hard = keys["k"] == 8
    return {
        "norm_over_least": 1 + (1e-3 if small else 0.5) * jitter,
        "error": (0.5 if hard else 1e-4) if small else 0.7,
        "error_of_least": 0.4 if hard else 1e-12,
    }


LEVELS = {"n": [20, 40], "k": [2, 8], "depth": [2, 3], "init": [1e-6, 1]}
TABLES = {"noiseless_recovery": study(LEVELS, _row).drop(columns=["method", "signal"])}
SMALL, LARGE = "depth == 3 and init < 1", "depth == 3 and init == 1"


def change(where, to):
    return Change("noiseless_recovery", where, to)


METRICS = {
    "norm_over_least": Expected(
        value=1.001,
        contradicted=change(f"{SMALL} and n == 20 and k == 8", {"norm_over_least": 1.1}),
        control_holds=change(f"{LARGE} and n == 40 and k == 2", {"norm_over_least": 1.001}),
        panels=(0,),
        heights=lambda limit: [max(limit - 1, 1e-6)],
    ),
    "recovers_more": Expected(
        value=0.0,
        contradicted=change(f"{SMALL} and n == 20 and k == 2", {"error": 0.3}),
        control_holds=change(LARGE, {"error": "error_of_least"}),
        panels=(2,),
        heights=lambda limit: [limit, 0.05],
    ),
}
