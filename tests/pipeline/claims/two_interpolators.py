"""Between the ends the error is below those of both interpolators; at the ends it is theirs."""

from claims.case import Change, Expected, study


def _row(keys, jitter):
    errors = {0: 0.3, 0.02: 0.2, 0.03: 0.15, 1: 4.5}
    return {"error": errors[keys["scale"]] * jitter, "l1_error": 0.3 * jitter, "l2_error": 4.5}


TABLES = {
    "two_interpolators": study({"scale": [0, 0.02, 0.03, 1]}, _row).drop(
        columns=["method", "k", "signal"]
    )
}
INSIDE = "scale > 0 and scale < 1"


def change(where, to, **also):
    return Change("two_interpolators", where, to, also=also)


METRICS = {
    "ratio": Expected(
        value=0.5,
        contradicted=change(INSIDE, {"error": "0.95 * l1_error"}),
        control_holds=change("scale == 0", {"error": "0.6 * l1_error"}),
        panels=(1,),
    ),
    "wins": Expected(
        value=1.0,
        contradicted=change(INSIDE, {"error": "1.1 * l1_error"}, ratio="contradicted"),
        control_holds=change("scale == 1", {"error": "0.92 * l1_error"}),
    ),
}
