"""Descent ends where the weights' penalty asks for with its own penalty, and not with others."""

from claims.case import NAN, Change, Expected, study


def _row(keys, jitter):
    own, two = keys["penalty"] == 1, keys["depth"] == 2
    return {
        "distance": (1e-5 if own else 0.2) * jitter if two else NAN,
        "gap": (1e-12 if own else 5.0) * jitter,
        "stationarity": (1e-12 if own else 5.0) * jitter,
        "stationarity_of_l1": 0.1 * jitter,
    }


LEVELS = {"depth": [2, 3, 4], "form": ["product", "powers"], "penalty": [0.0, 0.5, 1.0, 2.0]}
TABLES = {
    "penalised_factors": study(LEVELS, _row)
    .drop(columns=["method"])
    .query("depth == 2 and penalty > 0 or form == 'product' and penalty in [0, 1]")
    .reset_index(drop=True)
}
TWO, OWN = "depth == 2", "penalty == 1"


def change(to, *where):
    return Change("penalised_factors", " and ".join(where), to)


METRICS = {
    "lasso_distance": Expected(
        value=1e-5,
        contradicted=change({"distance": "0.01 * jitter"}, TWO, OWN, "form == 'powers'"),
        control_holds=change({"distance": 1e-4}, TWO, "penalty != 1", "form == 'product'"),
        panels=(0,),
    ),
    "gap": Expected(
        value=1e-12,
        contradicted=change({"gap": "1e-3 * jitter"}, "depth == 4", OWN),
        control_holds=change({"gap": 0.0}, "depth == 3", "penalty == 0"),
        panels=(1,),
    ),
    "stationarity": Expected(
        value=1e-12,
        contradicted=change({"stationarity": "1e-3 * jitter"}, "depth == 3", OWN),
        control_holds=change({"stationarity_of_l1": 0.0}, "depth == 4", OWN),
        panels=(1,),
    ),
}
