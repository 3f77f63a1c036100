"""Limits near the weights that their depth chooses, in proportion to α^N, and far from others."""

from claims.case import NAN, Change, Expected, study

EPSILON = 0.3


def _row(keys, jitter):
    if keys["family"] == "single":
        rate = EPSILON if keys["depth"] == 2 else 1
        return {"distance": keys["init"] ** rate * jitter, "epsilon": EPSILON}
    return {
        "distance": 2 * keys["init"] * jitter,
        "distance_from_other": 1e-3 * jitter,
        "epsilon": NAN,
    }


LEVELS = {"family": ["segment", "single"], "depth": [2, 3, 4], "init": [1, 1e-6, 1e-7, 1e-8]}
TABLES = {"which_l1_minimiser": study(LEVELS, _row).drop(columns=["method", "k", "signal"])}
SMALL, JUDGED = "init < 1e-3", "init > 1e-7 and init < 1e-3"
SEGMENT, ONE = "family == 'segment'", "family == 'single'"


def change(where, to, **also):
    return Change("which_l1_minimiser", where, to, also=also)


METRICS = {
    "distance": Expected(
        value=2e-6,
        contradicted=change(
            f"{SEGMENT} and depth == 2 and {JUDGED}", {"distance": "1e-3 * jitter"}
        ),
        control_holds=change(
            f"{SEGMENT} and depth == 2 and {JUDGED}", {"distance_from_other": "1e-5 * jitter"}
        ),
        panels=(0,),
    ),
    "slope": Expected(
        value=1.0,
        contradicted=change(
            f"{SEGMENT} and depth == 4 and {SMALL}", {"distance": "1e-3 * init ** 0.9"}
        ),
        control_holds=change(
            f"{SEGMENT} and depth == 3 and {SMALL}",
            {"distance_from_other": "1e3 * init * jitter"},
        ),
        panels=(2,),
        heights=lambda limit: [limit, 1.05],
    ),
    "slope_at_depth_two": Expected(
        value=1.0,
        contradicted=change(f"{ONE} and depth == 2", {"distance": "init ** 0.2"}),
        control_holds=change(f"{ONE} and depth == 3", {"distance": "init ** 0.3"}),
        panels=(2,),
        heights=lambda limit: [limit, 1.1],
    ),
}
