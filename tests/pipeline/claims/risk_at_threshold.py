"""Risks of 1.2 times the rate at and below the level, and less above it, whatever p."""

import numpy as np
import pandas as pd

from claims.case import Change, Expected, study, with_baselines
from implicit_sparsity.theory.levels import minimax_rate, universal_level

STUDY = "risk_at_threshold"
SIGNAL = "equal(1), random signs, random places"
DEPTHS, STARTS = [2, 3, 5], [1e-8, 1.0]


def _row(keys, jitter):
    n, p, k, noise = (keys[size] for size in ("n", "p", "k", "noise"))
    rate, above = minimax_rate(n, p, k, noise), 1 / universal_level(n, p, noise) > 1.1
    risk = 0.08 * p if keys["init"] == 1 else 0.4 if above else 1.2
    spread = np.exp(4 * np.log(jitter))
    return {
        "prescribed_error": risk * rate * spread,
        "selected_error": risk * rate,
        "best_error": 0.8 * risk * rate,
    }


def _table():
    parts = []
    for design, p, multiples in (
        ("rademacher", 100, (0.5, 1, 3)),
        ("rademacher", 1600, (1, 3)),
        ("sequence", 75, (1, 3)),
        ("sequence", 300, (1, 3)),
    ):
        noise = [universal_level(300, p, 1.0) ** -1 / c for c in multiples]
        sizes = {"design": [design], "n": [300], "p": [p], "signal": [SIGNAL], "noise": noise}
        parts.append(study(sizes | {"depth": DEPTHS, "init": STARTS}, _row))
    rows = pd.concat(parts, ignore_index=True)
    return with_baselines(rows, oracle={"best_error": 0.02}, lasso_oracle={"best_error": 0.1})


TABLES = {STUDY: _table()}
DENSE = "design == 'rademacher'"


def _times(where, factor):
    return Change(STUDY, where, {"prescribed_error": f"{factor} * prescribed_error"})


METRICS = {
    "risk": Expected(
        value=1.2 * np.exp(4 * np.linspace(-0.03, 0.03, 41)).mean(),
        # At every p alike, so that the risk grows no faster.
        contradicted=_times(f"{DENSE} and init < 1 and depth == 3", 4),
        control_holds=_times(f"{DENSE} and init == 1", 0.1),
        positive_fails=_times("design == 'sequence' and init < 1", 4),
        panels=(0, 1, 2, 3, 4, 5),
    ),
    "growth_with_p": Expected(
        value=1.0,
        contradicted=_times(f"{DENSE} and init < 1 and depth == 3 and p == 1600", 2),
        control_holds=_times(f"{DENSE} and init == 1 and p == 1600", 1 / 16),
        positive_fails=_times("design == 'sequence' and p == 300 and init < 1", 2),
    ),
}
