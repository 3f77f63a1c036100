"""Errors below the noise level at all times of windows that open and close nearly as predicted."""

import numpy as np

from claims import sparse_recovery
from claims.case import NAN, Change, Expected, study
from claims.sparse_recovery import DEPTHS
from implicit_sparsity.pipeline.claims.verdicts import INCONCLUSIVE

STRONG, WEAK = "sparse_recovery", "weak_signals"


def _weak(keys, jitter):
    return sparse_recovery.row(keys | {"k": 3}, jitter) | {"weak": 0.6 * jitter}


TABLES = sparse_recovery.TABLES | {
    WEAK: study({"k": [3], "signal": ["1 1 0.05"], "depth": DEPTHS}, _weak)
}
ALL = "k in [2, 3]"
#: Nine in ten of the jitters are below this.
NINE = float(np.exp(np.linspace(-0.03, 0.03, 41))[36])


def _edges(which, factor):
    return {f"window_{which}": f"window_{which} * {factor}"}


def both_ends(least):
    """Where the figure shows a threshold with two ends."""
    return [least, 1.33]


def no_later(other):
    """Windows of the last depth, measured and predicted, as those of the depth before."""
    columns = (f"{kind}_{edge}" for kind in ("window", "predicted") for edge in ("start", "end"))
    to = {column: f"{column} / 10" for column in columns}
    return Change(STRONG, f"{ALL} and depth == 4", to, also={other: INCONCLUSIVE})


def recovered(other):
    """The control keeps the bounds, at one depth."""
    to = {"strong": 1.0, "window_start": 1.0}
    return Change(STRONG, "k == 40 and depth == 3", to, also={other: INCONCLUSIVE})


METRICS = {
    "strong_constant": Expected(
        value=0.9 * NINE,
        contradicted=Change(STRONG, "k == 3 and depth == 2", {"strong": 3.0}),
        control_holds=recovered("weak_constant"),
        positive_fails=Change(STRONG, "k == 1 and depth == 4", {"window_start": NAN}),
        panels=(0,),
    ),
    "weak_constant": Expected(
        value=0.6 * NINE,
        contradicted=Change(WEAK, "depth == 4", {"weak": 4.0}),
        control_holds=recovered("strong_constant"),
    ),
    "opens_as_predicted": Expected(
        value=1 / 0.9,
        contradicted=Change(STRONG, f"{ALL} and depth == 3", _edges("start", 0.5)),
        control_holds=no_later("closes_as_predicted"),
        panels=(1,),
        heights=both_ends,
    ),
    "closes_as_predicted": Expected(
        value=1 / 1.1,
        contradicted=Change(STRONG, f"{ALL} and depth == 3", _edges("end", 2)),
        control_holds=no_later("opens_as_predicted"),
    ),
}
