"""Whether anything is to be seen of a run: when its first weight escapes from the start."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.config.escape import few
from implicit_sparsity.pipeline.specs import RunSpec
from implicit_sparsity.problem import Problem
from implicit_sparsity.theory.escape import drives, escape_time

logger = logging.getLogger(__name__)

#: The weight that is predicted.
FIRST = "the first weight"


def first_escape(problem: Problem, depth: float, alpha: float) -> float:
    """Flow time in which the first weight comes half of its way, as its drive predicts.

    Under the drive b = 2|w_i| of a weight on its own, that is the time to |w_i| / 2 = b / 4.

    Parameters
    ----------
    problem : Problem
        The data.
    depth : float
        Depth N.
    alpha : float
        Start u = v = α.

    Returns
    -------
    float
        Infinite if no weight is driven.
    """
    drive = np.abs(drives(problem))
    drive = drive[drive > 0]
    return float(escape_time(drive, depth, alpha, drive / 4).min(initial=np.inf))


def predicted_escapes(spec: RunSpec, problems: list[Problem]) -> list[float]:
    """Iterations after which the first weight of any problem escapes, from each start.

    A warning is logged for each start from which that is later than the run ends.
    """
    found = [
        min(first_escape(problem, spec.depth, alpha) for problem in problems) / spec.step_size
        for alpha in spec.alpha
    ]
    for alpha, needed in zip(spec.alpha, found, strict=True):
        if needed > spec.iterations:
            sentence = few(spec.depth, spec.iterations, alpha, FIRST, needed)
            logger.warning("%s Raise iterations.", sentence)
    return found


def too_few(summary: pd.DataFrame) -> list[str]:
    """A sentence on each depth and start whose run ended before the first weight escapes.

    Parameters
    ----------
    summary : DataFrame
        The experiment's rows of the summary.
    """
    return [
        few(row.depth, row.iterations, row.alpha, FIRST, row.predicted_escape)
        for row in summary.itertuples()
        if row.predicted_escape > row.iterations
    ]
