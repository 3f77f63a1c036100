"""Limits that the engines are to keep: each measured value beside its limit."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from itertools import product
from statistics import median

import numpy as np
import pandas as pd
from speed import seconds, sparse_problem
from threadpoolctl import threadpool_limits

from implicit_sparsity import FlowTrajectory, Problem, gradient_flow
from implicit_sparsity.problems import authors

DEPTHS = [2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10]
STARTS = np.logspace(-8, 0, 20)  # alpha^N
REPLICATES = range(5)
#: Weights that move by less than this part of the largest in a step are at rest.
AT_REST = 1e-4
FITTED = "N=6: the same, until the data are fitted"


def _authors(n: int, p: int) -> Problem:
    """The authors' single instance of that shape."""
    X, w_star = authors.rademacher(42, n, p), np.where(np.arange(p) < 5, 1.0, 0.0)
    return Problem(X, authors.response(X, w_star, authors.noise(42, n, 0.5)), w_star)


def _cell(cell: tuple[float, float, int]) -> int:
    """One run of the grid, to its own end; returns its steps."""
    depth, init, replicate = cell
    with threadpool_limits(1):
        problem = sparse_problem("rademacher", 100, 200, replicate)
        return gradient_flow(problem, depth, init ** (1 / depth)).steps


def _steps_to_window_end(path: FlowTrajectory) -> int:
    end = path.events.off_support_exceeded
    assert end is not None
    return path.steps_until(end)


def _share_at_rest(path: FlowTrajectory) -> float:
    """Part of the steps that move no weight by more than AT_REST of the largest."""
    moved = np.abs(np.diff(path.solution.w, axis=0)).max(axis=1)
    return float((moved < AT_REST * np.abs(path.solution.w).max()).mean())


def measure() -> pd.DataFrame:
    """Times (s) and counts of the gradient flow, medians of three where they are short.

    To the window's end, the steps hardly grow as the start shrinks. Until the data are fitted they
    do: the noise is fitted by hundreds of weights that come and go; from a large start several do
    at once and share their steps; from a tiny one each waits for its own escape, before which a
    step may let it grow by no more than some factor. So that limit is missed; `why` says how many
    of the steps are on the plateaus between.

    Returns
    -------
    DataFrame
        Columns promise, value, limit, holds, why (where a limit is missed for a known reason).
    """
    small, large = _authors(100, 200), _authors(500, 3000)
    gradient_flow(small, 4, 0.1, 1.0)  # compile

    def timed(*arguments: object) -> float:
        return median(seconds(lambda: gradient_flow(*arguments)) for _ in range(3))

    cells = list(product(DEPTHS, STARTS, REPLICATES))
    with ProcessPoolExecutor(2) as pool:
        grid = seconds(lambda: list(pool.map(_cell, cells, chunksize=5)))
    wide, tiny = (gradient_flow(small, 6, alpha) for alpha in (1e-1, 1e-6))
    window = _steps_to_window_end(tiny) / _steps_to_window_end(wide)
    rows = [
        (
            "early_stopping_coordinate, N=4: to flow time 32,000 (s)",
            timed(small, 4, 0.005, 32e3),
            0.1,
        ),
        (
            "n=500, p=3000, N=5, alpha^N=1e-6: to flow time 240 (s)",
            timed(large, 5, 10**-1.2, 240),
            2,
        ),
        ("N=6: steps from alpha=1e-6 over 1e-1, to the window's end", window, 2),
        (FITTED, tiny.steps / wide.steps, 2),
        (f"{len(cells)} runs over depths and starts, two processes (s)", grid, 60),
    ]
    table = pd.DataFrame(rows, columns=["promise", "value", "limit"])
    why = f"{_share_at_rest(tiny):.0%} of the steps from 1e-6 move no weight by {AT_REST:g} of the "
    why += f"largest: plateaus between escapes; from 1e-1 {_share_at_rest(wide):.0%} do"
    table["holds"] = table["value"] <= table["limit"]
    fitted = table["promise"] == FITTED
    return table.assign(why=np.where(fitted & ~table["holds"], why, None))
