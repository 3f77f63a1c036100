"""Coordinates of one instance along its paths."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.problem import Problem
from implicit_sparsity.runs import Runs


def curves(problems: list[Problem], runs: list[Runs]) -> pd.DataFrame:
    """Weights on the support and the largest off it, at every recorded iteration.

    Returns
    -------
    DataFrame
        Columns depth, alpha, init, curve ("w_1", ... counted from 1 as in the paper, or
        "off_support" for max |w| off the support), truth, iteration, value.
    """
    (problem,) = problems
    off = np.setdiff1d(np.arange(problem.p), problem.support)
    frames = []
    for run in runs:
        for alpha, init, (w,) in zip(run.alpha, run.init, run.w, strict=True):
            series = {f"w_{i + 1}": (problem.truth[i], w[:, i]) for i in problem.support}
            series["off_support"] = (0.0, np.abs(w[:, off]).max(axis=1, initial=0.0))
            for curve, (truth, value) in series.items():
                keys = {"depth": run.depth, "alpha": alpha, "init": init, "curve": curve}
                frames.append(
                    pd.DataFrame(keys | {"truth": truth, "iteration": run.t, "value": value})
                )
    return pd.concat(frames, ignore_index=True)
