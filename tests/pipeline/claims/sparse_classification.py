"""From small starts as few errors as with the ℓ1 penalty, from large ones as many as without."""

from claims.case import Change, Expected, study

ERRORS = {"small": 0.06, "large": 0.12, "linear": 0.135, "l1": 0.062}


def _row(keys, jitter):
    run = keys["run"]
    error = ERRORS[run] + 0.01 * (jitter - 1) * (run in ("small", "large"))
    later = 0.0 if keys["stopped"] else 0.01
    return {"error": error + later, "best_possible": 0.055, "iteration": 100}


KINDS = (
    "run in ('small', 'large') and depth > 1 or run == 'linear' and depth == 1"
    " or run == 'l1' and depth == 1 and stopped == 1"
)
LEVELS = {"run": list(ERRORS), "depth": [1, 2, 3], "stopped": [1, 0]}
TABLES = {"sparse_classification": study(LEVELS, _row).query(KINDS).drop(columns="method")}


def change(where, to, **also):
    return Change("sparse_classification", where, to, also=also)


METRICS = {
    "beside_l1": Expected(
        value=-0.002,
        contradicted=change("run == 'small' and depth == 3", {"error": "error + 0.01"}),
        control_holds=change("run == 'l1'", {"error": 0.12}),
        panels=(1,),
    ),
    "excess": Expected(
        value=0.0625,
        contradicted=change(
            "run == 'small' and depth == 2", {"error": "error + 0.05"}, beside_l1="contradicted"
        ),
        control_holds=change("run == 'linear'", {"error": 0.5}),
        panels=(2,),
    ),
}
