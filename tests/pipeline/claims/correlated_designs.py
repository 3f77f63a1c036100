"""Four designs: two within the limit of incoherence, one between the limits, one beyond."""

from claims.case import NAN, Change, Expected, study, with_baselines

STUDY = "correlated_designs"
AR1, BETWEEN, PAIRS = "ar1(rho=0.5)", "ar1(rho=0.7)", "coherent_pairs(pairs=3, correlation=0.99)"
INCOHERENCES = {"rademacher": 1.5, AR1: 3.0, BETWEEN: 3.9, PAIRS: 4.95}


def _row(keys, jitter):
    incoherence = INCOHERENCES[keys["design"]]
    fails = incoherence > 3.5
    return {
        "incoherence": incoherence * jitter,
        "best_error": (30.0 if fails else 1.5) * jitter,
        "window_start": NAN if fails else 2.0,
        "window_end": 9.0,
        "final_time": 30.0,
    }


TABLES = {
    STUDY: with_baselines(
        study({"design": list(INCOHERENCES), "depth": [2, 3, 5]}, _row), oracle={"best_error": 1.0}
    )
}

BEYOND = f"design == {PAIRS!r}"

METRICS = {
    "best_over_oracle": Expected(
        value=1.5,
        contradicted=Change(STUDY, f"design == {AR1!r} and depth == 5", {"best_error": 2.5}),
        control_holds=Change(STUDY, BEYOND, {"best_error": 1.0}),
        panels=(0, 1, 2),
    ),
    "share_with_window": Expected(
        value=1.0,
        contradicted=Change(STUDY, "design == 'rademacher' and depth == 2", {"window_start": 10.0}),
        control_holds=Change(STUDY, BEYOND, {"window_start": 1.0}),
        panels=(3, 4, 5),
    ),
}
