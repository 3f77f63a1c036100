"""Gaps of one-sided descent are tiny, others are not; acceleration pays but on the easy problem."""

from claims.case import Change, Expected, study


def _row(keys, jitter):
    odd, accelerated = keys["depth"] % 2 == 1, keys["descent"] == "accelerated"
    misses = keys["sides"] == 2 or (odd and accelerated)
    quick = accelerated or keys["design"] == "orthogonal"
    return {"gap": (0.3 if misses else 1e-7) * jitter, "iterations": 100 * jitter if quick else 1e3}


LEVELS = {
    "depth": [2, 3, 4],
    "design": ["gaussian", "orthogonal"],
    "sides": [1, 2],
    "descent": ["plain", "accelerated"],
}
TABLES = {"non_negative_least_squares": study(LEVELS, _row).drop(columns=["method"])}
GAUSSIAN, ONE = "design == 'gaussian'", "sides == 1"
PLAIN, ACCELERATED = "descent == 'plain'", "descent == 'accelerated'"


def change(to, *where):
    return Change("non_negative_least_squares", " and ".join(where), to)


METRICS = {
    "gap": Expected(
        value=1e-7,
        contradicted=change({"gap": "1e-3 * jitter"}, GAUSSIAN, ONE, PLAIN, "depth == 4"),
        control_holds=change({"gap": 1e-6}, GAUSSIAN, "sides == 2", PLAIN, "depth == 2"),
        panels=(0,),
    ),
    "accelerated_gap": Expected(
        value=1e-7,
        contradicted=change({"gap": "1e-3 * jitter"}, GAUSSIAN, ONE, ACCELERATED, "depth == 2"),
        control_holds=change({"gap": 1e-6}, GAUSSIAN, ONE, ACCELERATED, "depth == 3"),
        panels=(0,),
    ),
    "speed_up": Expected(
        value=10.0,
        contradicted=change({"iterations": float("inf")}, GAUSSIAN, ONE, PLAIN, "depth == 4"),
        control_holds=change(
            {"iterations": "10 * jitter"},
            "design == 'orthogonal'",
            ONE,
            ACCELERATED,
            "depth == 2",
        ),
        panels=(1,),
    ),
}
