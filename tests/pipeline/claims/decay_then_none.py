"""Ends at the limit of the smaller start, whose errors are small for a sparse truth alone."""

from claims.case import NAN, Change, Expected, study


def _row(keys, jitter):
    sparse = keys["truth"] == "sparse"
    return {
        "distance": 1e-3 * jitter,
        "distance_from_start": 0.8 * jitter,
        "distance_kept_on": 0.2 * jitter if sparse else NAN,
        "residual": 1e-3 * jitter,
        "error_over_plain": (0.3 if sparse else 1.2) * jitter,
    }


LEVELS = {"truth": ["sparse", "dense"], "depth": [2, 3, 4]}
TABLES = {"decay_then_none": study(LEVELS, _row).drop(columns=["method", "k", "signal"])}
SPARSE = "truth == 'sparse'"


def change(where, to):
    return Change("decay_then_none", where, to)


METRICS = {
    "distance": Expected(
        value=1e-3,
        contradicted=change(f"{SPARSE} and depth == 3", {"distance": 0.1}),
        control_holds=change(f"{SPARSE} and depth == 4", {"distance_kept_on": 1e-3}),
        panels=(0,),
    ),
    "error_over_plain": Expected(
        value=0.3,
        contradicted=change(f"{SPARSE} and depth == 2", {"error_over_plain": 1.1}),
        control_holds=change("truth == 'dense' and depth == 2", {"error_over_plain": 0.5}),
        panels=(1,),
    ),
}
