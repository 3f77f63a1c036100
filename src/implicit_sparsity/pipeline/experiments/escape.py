"""Whether anything is to be seen of a run: when its first weight escapes from the start."""

from __future__ import annotations

import logging

import numpy as np

from implicit_sparsity.pipeline.specs import RunSpec
from implicit_sparsity.problem import Problem
from implicit_sparsity.theory.escape import drives, escape_time

logger = logging.getLogger(__name__)


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


def warn_of_few(spec: RunSpec, problems: list[Problem]) -> None:
    """Log a warning for each start from which no weight of any problem escapes in time."""
    for alpha in spec.alpha:
        first = min(first_escape(problem, spec.depth, alpha) for problem in problems)
        needed = first / spec.step_size
        if needed > spec.iterations:
            logger.warning(
                "depth %d: %d iterations are few: from alpha = %g the first weight is predicted to "
                "escape after about %.2g; raise iterations",
                spec.depth,
                spec.iterations,
                alpha,
                needed,
            )
