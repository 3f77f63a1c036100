"""Coordinates of one problem along its trajectories."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.problem import Problem

#: Coordinates shown where the support is not known.
LARGEST = 8


def curves(problems: list[Problem], runs: list[Runs]) -> pd.DataFrame:
    """Weights on the support and the largest off it, at every recorded iteration.

    Where the truth is not known, the ``LARGEST`` weights (all, if there are fewer) that are largest
    in absolute value at the end of some trajectory, of any depth and start, stand for the support.

    Parameters
    ----------
    problems : list of Problem
        One for each replicate.
    runs : list of Runs
        One for each depth.

    Returns
    -------
    DataFrame
        Columns depth, alpha, init, curve ("w_1", ... counted from 1 as in the paper, or "w_age",
        ... where the columns of X have names; "off_support" for max |w| off the support), truth
        (empty if not known), iteration, value.
    """
    (problem,) = problems
    if problem.w_star is None:
        ends = np.abs([run.w[:, 0, -1] for run in runs]).max(axis=(0, 1))
        shown, truth = np.sort(np.argsort(ends)[-LARGEST:]), np.full(problem.p, np.nan)
    else:
        shown, truth = problem.support, problem.w_star
    names = problem.columns or range(1, problem.p + 1)
    off = np.setdiff1d(np.arange(problem.p), shown)
    frames = []
    for run in runs:
        for alpha, init, (w,) in zip(run.alpha, run.init, run.w, strict=True):
            series = {f"w_{names[i]}": (truth[i], w[:, i]) for i in shown}
            series["off_support"] = (0.0, np.abs(w[:, off]).max(axis=1, initial=0.0))
            for curve, (true, value) in series.items():
                keys = {"depth": run.depth, "alpha": alpha, "init": init, "curve": curve}
                frames.append(
                    pd.DataFrame(keys | {"truth": true, "iteration": run.t, "value": value})
                )
    return pd.concat(frames, ignore_index=True)
