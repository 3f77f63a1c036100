"""Squared errors along the trajectories, over replicates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.problem import Problem, Vector

#: Points a curve keeps; a column of print shows no more.
POINTS = 1000


def log2_error(error: Vector) -> Vector:
    """log₂ of squared errors; of the smallest normal number where one is exactly zero."""
    return np.log2(np.maximum(error, np.finfo(np.float64).tiny))


def quartiles(log2_error: Vector) -> dict[str, Vector]:
    """Median and quartiles over the first axis (replicates)."""
    lower, median, upper = np.quantile(log2_error, [0.25, 0.5, 0.75], axis=0)
    return {
        "median_log2_error": median,
        "lower_quartile_log2_error": lower,
        "upper_quartile_log2_error": upper,
    }


def curves(
    problems: list[Problem], runs: list[Runs], baselines: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Median and quartiles over replicates of log₂ of the errors.

    Parameters
    ----------
    problems : list of Problem
        One for each replicate.
    runs : list of Runs
        One for each depth.
    baselines : DataFrame, optional
        As :func:`implicit_sparsity.pipeline.experiments.baselines.compare` makes it.

    Returns
    -------
    DataFrame
        Columns method ("descent" or a baseline's name), depth, alpha, init, iteration (empty for
        baselines), median_log2_error, lower_quartile_log2_error, upper_quartile_log2_error,
        measure ("weights" for ‖w − w*‖², "held-out" for the mean squared error on held-out samples
        where w* is not known).
    """
    known = all(problem.w_star is not None for problem in problems)
    frames = []
    for run in runs:
        shown = np.unique(np.linspace(0, len(run.trace_t) - 1, POINTS).round().astype(int))
        for alpha, init, error in zip(run.alpha, run.init, run.error, strict=True):
            keys = {"method": "descent", "depth": run.depth, "alpha": alpha, "init": init}
            keys["iteration"] = run.trace_t[shown]
            frames.append(pd.DataFrame(keys | quartiles(log2_error(error[:, shown]))))
    if baselines is not None:
        for method, rows in baselines.groupby("method", sort=False):
            statistics = quartiles(log2_error(rows[["error"]].to_numpy()))
            frames.append(pd.DataFrame({"method": method} | statistics))
    # Nullable integers, so that the baselines' empty cells do not turn depth 2 into 2.0.
    whole = {"depth": "Int64", "iteration": "Int64"}
    table = pd.concat(frames, ignore_index=True).astype(whole)
    return table.assign(measure="weights" if known else "held-out")
