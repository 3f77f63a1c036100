"""Windows that single precision makes longer by three tenths, and double precision hardly."""

from claims.case import NAN, Change, Expected, study

STUDY, COARSE = "precision", "precision_coarse"
SIZES = {"flow": 1000, "float64": 1001, "float32": 1300}


def _row(keys, jitter):
    start = 100 + 10 * jitter
    end = (
        start + 1000 * SIZES[keys["precision"]]
        if keys["depth"] < 20 or keys["precision"] != "float32"
        else NAN
    )
    return {"window_start": start, "window_end": end}


def _levels(depths, alpha):
    return {"depth": depths, "alpha": [alpha], "precision": list(SIZES)}


TABLES = {
    STUDY: study(_levels([2, 3, 4], 0.005), _row),
    COARSE: study(_levels([20], 0.52), _row),
}


def size(precision, size, study=STUDY, depth=4):
    """Another size of the windows in one precision."""
    where = f"depth == {depth} and precision == {precision!r}"
    return Change(study, where, {"window_end": f"window_start + {size} * 1000"})


METRICS = {
    "change": Expected(
        value=1300 / 1001 - 1,
        contradicted=size("float32", 1010),
        control_holds=size("flow", 900),
        positive_fails=size("float32", 1002, COARSE, 20),
        panels=(0,),
    )
}
