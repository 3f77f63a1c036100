"""Graded weights rise in order and more sharply at each depth; equal ones in no order."""

from claims.case import Change, Expected, study

GRADED, CONTROLS, EASY = "activation", "activation_controls", "activation_easy"
#: By depth, the time of a rise over the time to the next.
SHARPNESS = {2: 0.4, 3: 0.13, 4: 0.04, 5: 0.02, 6: 0.012}


def _row(keys, jitter):
    graded, small = keys["signal"] != 2, keys["init"] < 1
    rise = SHARPNESS[keys["depth"]] if graded and small else 20.0 if graded else 2.0
    order = 1.0 if graded and small else 1 / 3
    return {"order": order, "rise_over_gap": rise * jitter}


DEPTHS = list(SHARPNESS)
TABLES = {
    GRADED: study({"signal": ["4 3 2 1"], "depth": DEPTHS, "init": [1e-4]}, _row),
    EASY: study({"signal": ["8 4 2 1"], "depth": DEPTHS, "init": [1e-8]}, _row),
    CONTROLS: study({"signal": ["4 3 2 1", 2], "depth": DEPTHS, "init": [1e-4, 10.0]}, _row),
}

EQUAL, LARGE = "init < 1 and signal == 2", "init > 1 and signal == '4 3 2 1'"

METRICS = {
    "share_in_order": Expected(
        value=1.0,
        contradicted=Change(GRADED, "depth == 4 and replicate % 2", {"order": 0.5}),
        control_holds=Change(CONTROLS, f"{EQUAL} and depth == 5", {"order": 1.0}),
        panels=(1,),
    ),
    "rise_over_gap": Expected(
        value=0.4,
        contradicted=Change(GRADED, "depth == 2", {"rise_over_gap": 0.7}),
        control_holds=Change(
            CONTROLS,
            f"{LARGE} and depth in [2, 3]",
            {"rise_over_gap": 0.1},
        ),
        positive_fails=Change(EASY, "depth == 4", {"rise_over_gap": 2.0}),
        panels=(0,),
    ),
    "sharpening": Expected(
        value=0.02 / 0.012,
        contradicted=Change(GRADED, "depth == 6", {"rise_over_gap": "0.02 * jitter"}),
        control_holds=Change(CONTROLS, f"{LARGE} and depth == 2", {"rise_over_gap": 40.0}),
    ),
}
