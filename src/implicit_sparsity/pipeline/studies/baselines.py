"""Errors of the baselines that a study is compared with.

Baselines with a path are judged at its best point, as the early-stopped flow is: with the truth.
Those by cross-validation do not see the truth.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from implicit_sparsity.baselines.registry import available
from implicit_sparsity.pipeline.studies.labels import labels
from implicit_sparsity.problems.generate import Problems, generate
from implicit_sparsity.problems.spec import ProblemSpec


def baseline_table(
    cells: list[ProblemSpec],
    methods: list[str],
    timed: bool = False,
    problems: Problems = generate,
) -> pd.DataFrame:
    """Least squared error of each baseline along its path, on every replicate of every cell.

    Parameters
    ----------
    cells : list of ProblemSpec
        The problems of the study.
    methods : list of str
        Names of baselines.
    timed : bool
        Whether to report the time of each fit.
    problems : callable, optional
        What makes the problems of a cell.

    Returns
    -------
    DataFrame
        Columns design, n, p, k, signal, noise (the cell), replicate, method, best_error, separated
        (whether some threshold reads the support off the path, as in the study's own table), and,
        if ``timed``, seconds. A method whose package is not installed has no rows.

    Raises
    ------
    ValueError
        If a method is not a baseline.
    """
    chosen = available(methods)
    if timed:
        for module in chosen.values():  # imports and compiles
            module.fit(problems(cells[0])[0])
    rows = []
    for cell in cells:
        for replicate, problem in enumerate(problems(cell)):
            on = problem.truth != 0
            for method, module in chosen.items():
                begun = time.perf_counter()
                w = module.fit(problem).w
                spent = {"seconds": time.perf_counter() - begun} if timed else {}
                size = np.abs(w)
                found = size[:, on].min(axis=1) > size[:, ~on].max(axis=1, initial=0.0)
                keys = labels(cell) | {"replicate": replicate, "method": method}
                error = float(problem.error(w).min())
                rows.append(keys | {"best_error": error, "separated": bool(found.any())} | spent)
    return pd.DataFrame(rows)
