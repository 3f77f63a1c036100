"""Errors of the baselines that an experiment is compared with."""

from __future__ import annotations

import pandas as pd

from implicit_sparsity.baselines.registry import baseline
from implicit_sparsity.problem import Problem


def compare(problems: list[Problem], methods: list[str]) -> pd.DataFrame:
    """Errors of baselines: ‖w − w*‖², or on the held-out samples where w* is not known.

    Parameters
    ----------
    problems : list of Problem
        One for each replicate, each with true weights or held-out samples.
    methods : list of str
        Names of baselines.

    Returns
    -------
    DataFrame
        Columns method, replicate, error (the least along its path), penalty (empty for a method
        without one).

    Raises
    ------
    ValueError
        If a method is not a baseline, is not installed or needs the truth where it is not known,
        or if a problem has neither truth nor held-out samples.
    """
    chosen = {method: baseline(method) for method in methods}
    rows = []
    for method in methods:
        for replicate, problem in enumerate(problems):
            estimate = chosen[method].fit(problem)
            error = float(problem.error(estimate.w).min())
            rows.append((method, replicate, error, estimate.penalty))
    return pd.DataFrame(rows, columns=["method", "replicate", "error", "penalty"])
