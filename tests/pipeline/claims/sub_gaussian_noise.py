"""Small risks under bounded and Gaussian noise, large ones under heavy tails without averaging."""

from claims.case import Change, Expected, study

STUDY = "noise_laws"
LAWS = ["1", "uniform(1)", "sign(1)", "student_t3(1)"]
EQUAL, GRADED = "equal(0.65), random signs", "graded(0.65, 1.3), random signs"


def _row(keys, jitter):
    fails = keys["design"] == "sequence" and keys["noise"].startswith("student")
    return {
        "prescribed_error": (0.9 if fails else 0.06) * jitter,
        "rate": 0.2,
        "stop_in_window": not fails,
    }


TABLES = {
    STUDY: study(
        {
            "design": ["rademacher", "sequence"],
            "signal": [EQUAL, GRADED],
            "noise": LAWS,
            "depth": [2, 3, 5],
        },
        _row,
    )
}
SIGNS = "noise == 'sign(1)' and design == 'rademacher' and depth == 3"
HEAVY = "noise == 'student_t3(1)' and design == 'sequence'"

#: One problem in each cell, which has both signals.
SINGLE = f"signal == {EQUAL!r}"

METRICS = {
    "risk": Expected(
        value=0.3,
        contradicted=Change(STUDY, SIGNS, {"prescribed_error": 0.3}),
        control_holds=Change(STUDY, HEAVY, {"prescribed_error": 0.1}),
        positive_fails=Change(STUDY, "noise == '1'", {"prescribed_error": 0.3}),
        panels=(0, 1),
    ),
    "share_in_window": Expected(
        value=1.0,
        contradicted=Change(STUDY, SIGNS, {"stop_in_window": False}),
        control_holds=Change(STUDY, HEAVY, {"stop_in_window": True}),
        positive_fails=Change(STUDY, "noise == '1'", {"stop_in_window": False}),
        panels=(2, 3),
    ),
}
