"""Windows that single precision makes longer by three tenths at the greatest depth alone."""

from claims.case import NAN, Change, Expected, study

STUDY = "precision"


def _row(keys, jitter):
    changed = keys["precision"] == "float32" and keys["depth"] == 4
    return {"window_start": 100, "window_end": 100 + (1300 if changed else 1000) * jitter}


LEVELS = {"depth": [2, 3, 4], "alpha": [0.005, 0.002], "precision": ["float64", "float32"]}
TABLES = {STUDY: study(LEVELS, _row)}


def end(depth, alpha, at):
    """Another end of the windows in single precision."""
    where = f"depth == {depth} and alpha == {alpha} and precision == 'float32'"
    return Change(STUDY, where, {"window_end": at})


def resize(depth, alpha, size):
    """Another size of the windows in single precision."""
    return end(depth, alpha, f"100 + {size} * jitter")


METRICS = {
    "change_at_authors_start": Expected(
        value=0.3, contradicted=resize(4, 0.005, 1010), control_holds=resize(2, 0.005, 900)
    ),
    "change_at_smaller_start": Expected(
        value=0.3, contradicted=resize(4, 0.002, 990), control_holds=end(2, 0.002, NAN)
    ),
}
