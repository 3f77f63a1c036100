"""Least squares on all columns."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.baselines import Estimate
from implicit_sparsity.problem import Problem

requires: tuple[str, ...] = ()


def fit(problem: Problem) -> Estimate:
    """Least squares; the solution of least norm where several fit equally well."""
    return Estimate(np.asarray(np.linalg.lstsq(problem.X, problem.y)[0][None], dtype=np.float64))
