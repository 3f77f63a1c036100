"""Errors of the baselines that an experiment is compared with."""

from __future__ import annotations

import pandas as pd

from implicit_sparsity.baselines.registry import available
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
        without one). A method whose package is not installed has no rows.

    Raises
    ------
    ValueError
        If a method is not a baseline or needs the truth where it is not known, or if a problem has
        neither truth nor held-out samples.
    """
    rows = []
    for method, module in available(methods).items():
        for replicate, problem in enumerate(problems):
            estimate = module.fit(problem)
            error = float(problem.error(estimate.w).min())
            rows.append((method, replicate, error, estimate.penalty))
    return pd.DataFrame(rows, columns=["method", "replicate", "error", "penalty"])
