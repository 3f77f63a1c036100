"""Errors in proportion to the oracle's, with slopes that are a little off on either side."""

import pandas as pd

from claims.case import Change, Expected, study, with_baselines

STUDY, LARGE = "minimax_rate", "minimax_rate_large_start"
EQUAL, GRADED = "equal(1), random signs, random places", "graded(1, 2), random signs, random places"
CENTRE = {"n": 800, "k": 2, "noise": 0.5}
SWEEPS = {"n": [200, 3200], "k": [4, 8], "noise": [0.125, 0.25]}
#: By depth, how far slopes are from those of the oracle; on either side of them.
TILTS = {2: 0.02, 3: 0.0, 5: -0.05}


def _ratio(keys):
    """The error over the oracle's at the prescribed stop."""
    ratio = 1.1
    for size, centre in CENTRE.items():
        ratio *= (keys[size] / centre) ** TILTS[keys["depth"]]
    return ratio


def _row(keys, jitter):
    oracle = keys["k"] * keys["noise"] ** 2 / keys["n"]
    late = (keys["n"] / CENTRE["n"]) ** -1 * (keys["noise"] / CENTRE["noise"]) ** 1.5
    large = 100 / keys["k"]
    ratio = _ratio(keys) if keys["init"] < 1 else large
    return {
        "coherence": 0.1 if keys["k"] < 20 else 0.3,
        "incoherence": 0.1 if keys["k"] < 20 else 6.0,
        "prescribed_error": ratio * oracle * jitter,
        "fixed_error": late * oracle * jitter,
    }


def _cells(**rest):
    cells = [CENTRE] + [CENTRE | {size: at} for size, levels in SWEEPS.items() for at in levels]
    cells += [CENTRE | {"k": 20}, CENTRE | {"k": 30}]
    tables = [study({size: [at] for size, at in cell.items()} | rest, _row) for cell in cells]
    return pd.concat(tables, ignore_index=True)


def _table(rows):
    rows = with_baselines(rows, oracle={})
    oracle = rows["method"] == "oracle"
    rows.loc[oracle, "best_error"] = rows["k"] * rows["noise"] ** 2 / rows["n"]
    return rows


REST = {"depth": list(TILTS), "init": [1e-12]}
TABLES = {
    STUDY: _table(
        pd.concat(
            [
                _cells(signal=[EQUAL, GRADED], **REST),
                _cells(design=["sequence"], p=[100], signal=[EQUAL], **REST),
            ],
            ignore_index=True,
        )
    ),
    LARGE: _table(
        study(
            {"n": [800], "k": [2, 4, 8], "signal": [EQUAL, GRADED]} | REST | {"init": [1.0]}, _row
        )
    ),
}


def bend(size, power, where, error="prescribed_error", of=STUDY):
    """Multiply an error by a power of a size, and so add to the slope."""
    return Change(of, where, {error: f"{error} * ({size} / {CENTRE[size]}) ** {power}"})


DEEP = "design == 'rademacher' and depth == 5"
ORTHOGONAL = "design == 'sequence'"

METRICS = {
    "slope_n": Expected(
        value=-0.05,
        contradicted=bend("n", 0.3, DEEP),
        control_holds=bend("n", 1, "n > 0", "fixed_error"),
        positive_fails=bend("n", 0.4, ORTHOGONAL),
    ),
    "slope_k": Expected(
        value=-0.05,
        contradicted=bend("k", -0.3, DEEP),
        control_holds=bend("k", 1, "k > 0", of=LARGE),
        positive_fails=bend("k", 0.4, ORTHOGONAL),
    ),
    "slope_noise": Expected(
        value=-0.05,
        contradicted=bend("noise", -0.3, DEEP),
        control_holds=bend("noise", -1.5, "noise > 0", "fixed_error"),
        positive_fails=bend("noise", 0.4, ORTHOGONAL),
    ),
}
