"""Running on costs ten times the best error with noise, and nothing without."""

from claims.case import Change, Expected, study


def _row(keys, jitter):
    final = 10.0 if keys["noise"] else 1.0
    return {"best_error": 0.02, "final_error": 0.02 * final * jitter}


LEVELS = {"noise": [0.5, 0.0], "signal": ["1", "uniform(1, 2)"], "depth": [2, 3, 4, 5, 6]}
EASY = {"design": ["sequence"], "noise": [2.0], "depth": LEVELS["depth"]}
TABLES = {
    "early_stopping": study(LEVELS, _row),
    "early_stopping_easy": study(EASY, _row),
}

METRICS = {
    "final_over_best": Expected(
        value=10.0,
        contradicted=Change(
            "early_stopping", "noise > 0 and depth == 3 and signal != '1'", {"final_error": 0.025}
        ),
        control_holds=Change("early_stopping", "noise == 0 and depth == 4", {"final_error": 0.2}),
        positive_fails=Change("early_stopping_easy", "depth == 5", {"final_error": 0.03}),
        panels=(1,),
    )
}
