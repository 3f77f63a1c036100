"""Errors and ends of linear regression from the largest start, and of neither from the least."""

from claims.case import Change, Expected, study, with_baselines

STUDY, EASY = "kernel", "kernel_easy"


def _row(keys, jitter):
    rich = keys["init"] < 1
    return {
        "best_error": (0.01 if rich else 1.02) * 5 * jitter,
        "end_distance": (0.7 if rich else 1e-3) * jitter,
    }


def _table(**levels):
    return with_baselines(
        study({"depth": [2, 3, 5]} | levels, _row),
        ridge_oracle={"best_error": 5.0},
        least_squares={"best_error": 7.0},
    )


TABLES = {
    STUDY: _table(init=[1e-6, 0.1, 1e4]),
    EASY: _table(design=["sequence"], init=[1e4]),
}

LARGEST, LEAST = "init == 1e4", "init == 1e-6"


def both_ends(least):
    """Where the figure shows a threshold with two ends."""
    return [least, 1.15]


METRICS = {
    "best_against_ridge": Expected(
        value=1.02,
        contradicted=Change(STUDY, f"{LARGEST} and depth == 3", {"best_error": 4.0}),
        control_holds=Change(STUDY, f"{LEAST} and depth == 3", {"best_error": 5.1}),
        positive_fails=Change(EASY, "depth == 2", {"best_error": 7.0}),
        panels=(0,),
        heights=both_ends,
    ),
    "end_from_least_squares": Expected(
        value=1e-3,
        contradicted=Change(STUDY, f"{LARGEST} and depth == 5", {"end_distance": 0.02}),
        control_holds=Change(STUDY, LEAST, {"end_distance": 1e-3}),
        positive_fails=Change(EASY, "depth == 3", {"end_distance": 0.3}),
        panels=(1,),
    ),
}
