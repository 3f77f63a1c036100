"""Normalised descent has a small part of the error of plain descent, but from too large a start."""

from claims.case import Change, Expected, study


def _row(keys, jitter):
    within, plain = keys["alpha"] < 0.16, keys["radius_step"] == 0
    error = 0.1 if plain else 0.0005 if within else 0.08
    return {
        "error": error * jitter,
        "loss": 1e-8,
        "fitted": not plain or keys["alpha"] > 0.05,
        "error_of_limit": 0.1 * jitter,
        "judged": keys["radius_step"] == 0.1,
        "budget": 100 * keys["alpha"] ** 2 / 2.7,
    }


TABLES = {
    "weight_normalisation": study(
        {"alpha": [0.05, 0.1, 0.2, 0.3], "radius_step": [0, 0.1, 1]}, _row
    ).drop(columns=["method"])
}


def change(where, to, **also):
    return Change("weight_normalisation", where, to, also=also)


METRICS = {
    "ratio": Expected(
        value=0.005,
        contradicted=change("alpha == 0.1", {"error_of_limit": "0.002 * jitter"}),
        control_holds=change("alpha == 0.3", {"error_of_limit": "2 * jitter"}),
        panels=(1,),
    ),
    "error": Expected(
        value=0.0005,
        contradicted=change(
            "alpha == 0.05 and radius_step == 0.1", {"error": "0.03 * jitter"}, ratio="contradicted"
        ),
        control_holds=change(
            "alpha == 0.3 and radius_step == 0.1", {"error": 1e-4}, ratio="inconclusive"
        ),
        panels=(0,),
    ),
}
