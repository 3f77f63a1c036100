"""What a flow costs: its seconds and errors, before and after, and its steps beside an ideal one.

Both versions run in processes of their own, in turn, by `flow_run`. Seconds of a flow are those of
the whole: data, steps, trace and events; a step is timed without what comes before and after.

An **ideal step** is made of the BLAS and LAPACK calls that a step cannot do without: over the
columns that it treats implicitly the symmetric product, its Cholesky factor, two triangular solves
a stage, the products with these columns; and one pass over X.

The ideal leaves out what a step of this method does beside: it takes its columns as lying one after
the other and scaled already; the other columns do not move, though in long plateaus nearly all do,
which is a second pass over X before the stages; no attempt is rejected; nothing is recorded between
the steps, and no weight is made from its coordinate. It counts a symmetric product at every step,
though products are kept. Each of its calls is timed alone, with its data in the cache and at the
quietest moment, which a whole flow beside other work does not have: the ratio is then too large.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from flow_run import CASES, problem
from scipy.linalg import blas, lapack
from speed import seconds

from implicit_sparsity import gradient_flow
from implicit_sparsity.problem import Matrix

HERE = Path(__file__).parent
STAGES, ROUNDS = 8, 5
#: Step sizes are many; an ideal step is timed for as many numbers of columns, at most.
SIZES = 12


def measure(before: Path | None = None) -> pd.DataFrame:
    """Seconds, steps and errors of default flows; ``before`` is a worktree of an older commit.

    Returns
    -------
    DataFrame
        Columns n, p, depth, alpha, steps, flow_s, before_s, gain (before over after), microseconds
        (a step), ideal (µs), ratio (of these two), error, before_error (over the tolerance, the
        largest at any of 300 times). Seconds are the least of the rounds, of processor time.
    """
    versions = {"flow": HERE.parent} | ({"before": before} if before else {})
    with tempfile.TemporaryDirectory() as folder:
        references = Path(folder) / "references.npz"
        _run(HERE.parent, "references", references)
        errors = {name: _run(root, "errors", references) for name, root in versions.items()}
    rounds = [
        {name: _run(root, "seconds") for name, root in versions.items()} for _ in range(ROUNDS)
    ]
    alone = [_run(HERE.parent, "steps") for _ in range(ROUNDS)]
    rows = []
    for i, (n, p, design, depth, alpha) in enumerate(CASES):
        least = {name: min(results[name][i] for results in rounds) for name in versions}
        steps, ideal = _ideal(i)
        row = {"n": n, "p": p, "design": design, "depth": depth, "alpha": alpha, "steps": steps}
        row |= {f"{name}_s": least[name] for name in versions}
        row |= {"gain": least.get("before", np.nan) / least["flow"]}
        step = min(times[i] for times in alone) / steps
        row |= {"microseconds": 1e6 * step, "ideal": 1e6 * ideal}
        row |= {"ratio": step / ideal, "error": errors["flow"][i]}
        row |= {"before_error": errors["before"][i]} if before else {}
        rows.append(row)
        print(
            "  {n}×{p}, N={depth}: {microseconds:.0f} µs a step, {ratio:.1f} of ideal, "
            "{gain:.1f} times as fast as before".format(**row)
        )
    return pd.DataFrame(rows)


def _run(root: Path, *arguments: object) -> list[float]:
    """What `flow_run` prints, with the package of a worktree."""
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, str(HERE / "flow_run.py"), *map(str, arguments)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    numbers: list[float] = json.loads(done.stdout)
    return numbers


def _ideal(case: int) -> tuple[int, float]:
    """Steps of the flow, and the seconds of an ideal one, on average over them."""
    n, p, _, depth, alpha = CASES[case]
    X = problem(case).X
    path = gradient_flow(problem(case), depth, alpha)
    active = path.solution.steps.active
    sizes = np.unique(np.quantile(active, np.linspace(0, 1, SIZES), method="nearest"))
    times = [_ideal_step(np.ascontiguousarray(X.T[:a]), n, p) for a in sizes]
    return path.steps, float(np.interp(active, sizes, times).mean())


def _ideal_step(S: Matrix, n: int, p: int) -> float:
    """Seconds of an ideal step with the rows of S, shape (a, n), active, the least of several."""
    a, rows, r = len(S), np.ones((p, n)), np.ones(n)

    def step() -> None:
        if a:
            wide = a > n
            matrix = blas.dsyrk(1.0, S.T, trans=not wide)
            matrix.T.flat[:: len(matrix) + 1] += 1.0
            upper, _ = lapack.dpotrf(matrix, overwrite_a=True, clean=False)
            b = np.ones(len(matrix))
            for _ in range(STAGES):
                lapack.dpotrs(upper, b)
                if wide:
                    blas.dgemv(1.0, S.T, blas.dgemv(1.0, S.T, r, trans=1))
            if not wide:
                # Of the residual on the active columns, and of the stages: error and step.
                blas.dgemv(1.0, S.T, r, trans=1)
                blas.dgemm(1.0, S.T, np.ones((a, 2)))
        blas.dgemv(1.0, rows.T, r, trans=1)

    step()
    return min(seconds(step) for _ in range(ROUNDS))
