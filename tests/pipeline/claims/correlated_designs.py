"""Correlated designs that recover within the condition, some of which do not beyond it."""

import pandas as pd

from claims.case import NAN, Change, Expected, study, with_baselines

STUDY, BEYOND = "correlated_designs", "correlated_beyond"
AR1, FAR, REPEATED = "ar1(rho=0.1)", "ar1(rho=0.9)", "coherent_pairs(pairs=3, correlation=0.999)"
EQUAL, GRADED, PLACES = "equal(1)", "graded(1, 2)", "equal(1), random places"
SIGNS = f"{GRADED}, random signs"
COHERENCES = {"gaussian": 0.07, AR1: 0.12, FAR: 0.9, REPEATED: 0.999, "sequence": 0.0}


def _row(keys, jitter):
    coherence, graded = COHERENCES[keys["design"]], keys["signal"].startswith(GRADED)
    fails = keys["design"] in (FAR, REPEATED)
    return {
        "coherence": coherence,
        "incoherence": coherence * keys["k"] * (2 if graded else 1),
        "best_error": (30.0 if fails else 1.02) * jitter,
        "window_start": NAN if fails else 2.0,
        "window_end": 9.0,
        "final_time": 30.0,
    }


def _table(**levels):
    rows = study({"k": [2], "depth": [2, 3, 5]} | levels, _row)
    return with_baselines(rows, oracle={"best_error": 1.0})


TABLES = {
    STUDY: _table(design=["gaussian", AR1], signal=[EQUAL, PLACES, GRADED, SIGNS]),
    BEYOND: pd.concat(
        [
            _table(design=[FAR, REPEATED], signal=[EQUAL, PLACES], k=[3]),
            _table(design=["sequence"], signal=[EQUAL, PLACES]),
        ],
        ignore_index=True,
    ),
}

AT_DEPTH_5 = f"design == {AR1!r} and depth == 5"
NO_CONTROL = f"design == {REPEATED!r}"

#: One problem in each cell, which has several designs and signals.
SINGLE = f"design in ['gaussian', {REPEATED!r}, 'sequence'] and signal in [{EQUAL!r}, {GRADED!r}]"

METRICS = {
    "share_with_window": Expected(
        value=1.0,
        contradicted=Change(STUDY, AT_DEPTH_5, {"window_start": 10.0}),
        control_holds=Change(BEYOND, NO_CONTROL, {"window_start": 1.0}),
        positive_fails=Change(BEYOND, "design == 'sequence'", {"window_start": 10.0}),
        panels=(3, 4, 5),
    ),
    "best_over_oracle": Expected(
        value=1.02,
        contradicted=Change(STUDY, "depth == 5", {"best_error": 1.3}),
        control_holds=Change(BEYOND, NO_CONTROL, {"best_error": 1.0}),
        positive_fails=Change(BEYOND, "design == 'sequence'", {"best_error": 2.0}),
        panels=(0, 1, 2),
    ),
}
