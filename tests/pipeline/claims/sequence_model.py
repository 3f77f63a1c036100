"""Learned eigenvalues win, the more the more samples, and lose for signals in order."""

from claims.case import Change, Expected, study


def _row(keys, jitter):
    n = keys["n"]
    fixed = n**-0.3 if keys["spread"] > 1 else 0.8 * n**-0.4
    return {"error": n**-0.4 * jitter, "fixed_error": fixed, "time": 1.0, "fixed_time": 0.3}


TABLES = {
    "sequence_model": study({"spread": [1, 2], "n": [100, 400, 1600], "depth": [2, 3]}, _row).drop(
        columns=["method"]
    )
}


def change(where, to):
    return Change("sequence_model", where, to)


METRICS = {
    "ratio": Expected(
        value=400**-0.1,
        # The slopes stay as they are.
        contradicted=change("spread == 2 and depth == 3", {"fixed_error": "0.4 / n ** 0.3"}),
        control_holds=change("spread == 1 and depth == 3", {"fixed_error": "2 / n ** 0.4"}),
        panels=(1,),
    ),
    "gain": Expected(
        value=0.1,
        contradicted=change("spread == 2 and depth == 3", {"fixed_error": "2 / n ** 0.4"}),
        control_holds=change("spread == 1 and depth == 3", {"error": "9 * jitter / n ** 0.6"}),
        panels=(2,),
    ),
}
