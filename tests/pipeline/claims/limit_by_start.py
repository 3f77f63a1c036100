"""Errors of either norm at the ends; the turn moves with depth, and a dense truth gains nothing."""

import math

from claims.case import Change, Expected, study

#: The start at which the error of the sparse truth is half-way, by depth.
TURN = {2: 0.03, 3: 0.09, 4: 0.27}
L1, L2 = {"sparse": 0.01, "dense": 1.2}, {"sparse": 0.9, "dense": 0.9}


def _row(keys, jitter):
    """The error goes from one end to the other over two decades, in proportion to log α."""
    least, most = L1[keys["truth"]], L2[keys["truth"]]
    share = 0.5 + math.log10(keys["alpha"] / TURN[keys["depth"]] / jitter) / 2
    error = least + (most - least) * min(max(share, 0), 1)
    return {"error": error, "l1_error": least, "l2_error": most}


LEVELS = {
    "truth": ["sparse", "dense"],
    "depth": [2, 3, 4],
    "alpha": [10, 0.3, 0.1, 0.03, 0.01, 0.001],
}
TABLES = {"limit_by_start": study(LEVELS, _row).drop(columns=["method", "k", "signal"])}
LARGEST, SMALLEST = "truth == 'sparse' and alpha == 10", "truth == 'sparse' and alpha == 0.001"
BETWEEN = "truth == 'sparse' and alpha < 1 and alpha > 0.005"


def change(where, to, **also):
    return Change("limit_by_start", where, to, also=also)


METRICS = {
    "error_over_l2": Expected(
        value=1.0,
        contradicted=change(f"{LARGEST} and depth == 3", {"error": 0.8}),
        control_holds=change(
            f"{SMALLEST} and depth == 2",
            {"error": 0.9},
            gain="contradicted",
            half_way="inconclusive",
        ),
    ),
    "error_from_l1": Expected(
        value=0.0,
        contradicted=change(f"{SMALLEST} and depth == 4", {"error": 0.04}),
        control_holds=change(
            f"{LARGEST} and depth == 3",
            {"error": 0.01},
            error_over_l2="contradicted",
            gain="contradicted",
        ),
    ),
    "gain": Expected(
        value=0.01 / 0.9,
        contradicted=change(f"{SMALLEST} and depth == 2", {"error": 0.452}),
        control_holds=change("truth == 'dense' and alpha == 0.001 and depth == 3", {"error": 0.3}),
        panels=(0, 1),
        heights=lambda limit: [0.9 * limit],
    ),
    "half_way": Expected(
        value=3.0,
        contradicted=change(f"{BETWEEN} and depth == 4", {"error": "error + 0.2123"}),
        control_holds=change(
            f"{BETWEEN} and depth == 3 and replicate % 2 == 1", {"error": "error - 0.08"}
        ),
    ),
}
