"""Flows by whatever version of the package is on the path, for `flow_step`; prints JSON.

Usage: python flow_run.py seconds | steps | references FILE | errors FILE
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from implicit_sparsity import Problem, gradient_flow
from implicit_sparsity.problem import Matrix
from implicit_sparsity.problems import synthetic

#: n, p, design, depth, start.
CASES = [
    (n, p, design, depth, alpha)
    for n, p, design in [(100, 200, "rademacher"), (300, 600, "gaussian"), (300, 5000, "gaussian")]
    for depth, alpha in [(2, 1e-3), (3, 1e-2), (4, 1e-2)]
]
RTOL, POINTS = 1e-4, 300


def problem(case: int) -> Problem:
    """A sparse problem of the paper's kind: five weights of 1 and noise 0.5."""
    n, p, design, _, _ = CASES[case]
    rng = synthetic.generator(0, f"{design}-{n}-{p}", 0)
    X, w_star = synthetic.design(design, rng, n, p), np.where(np.arange(p) < 5, 1.0, 0.0)
    return Problem(X, synthetic.response(rng, X, w_star, 0.5), w_star)


def flow_seconds(case: int) -> float:
    """Processor time of a flow to its own end."""
    data, (*_, depth, alpha) = problem(case), CASES[case]
    gradient_flow(data, depth, alpha, 1e-3)
    start = time.process_time()
    gradient_flow(data, depth, alpha)
    return time.process_time() - start


def steps_seconds(case: int) -> float:
    """Processor time of the steps of that flow alone; of versions since `integrate` takes these."""
    from implicit_sparsity.flow.coordinates import Network
    from implicit_sparsity.flow.integrate import integrate

    data, (*_, depth, alpha) = problem(case), CASES[case]
    gradient_flow(data, depth, alpha, 1e-3)
    start = time.process_time()
    integrate(data, Network.of(depth, alpha, False), None, RTOL)
    return time.process_time() - start


def reference(case: int) -> tuple[Matrix, Matrix]:
    """Times spread over the steps of a flow, and its weights there at a far smaller tolerance."""
    data, (*_, depth, alpha) = problem(case), CASES[case]
    nodes = gradient_flow(data, depth, alpha).solution.nodes
    place = np.linspace(0, nodes.size - 1, POINTS)
    times = np.unique(np.interp(place, np.arange(nodes.size), nodes))
    return times, gradient_flow(data, depth, alpha, record_at=times[1:], rtol=RTOL * 1e-4).at(times)


def error(case: int, times: Matrix, exact: Matrix) -> float:
    """The largest error at these times, over the tolerance, in units of the response."""
    data, (*_, depth, alpha) = problem(case), CASES[case]
    found = gradient_flow(data, depth, alpha, record_at=times[1:], rtol=RTOL).at(times)
    norms = np.linalg.norm(data.X, axis=0)
    return float((np.abs(found - exact) * norms).max() / (np.abs(exact) * norms).max() / RTOL)


def main(task: str, *file: str) -> None:
    """Print a number for each case, or write the references."""
    cases, numbers = range(len(CASES)), []
    if task == "references":
        pairs = [reference(case) for case in cases]
        arrays = {f"{'tw'[i]}{case}": pairs[case][i] for case in cases for i in range(2)}
        np.savez(file[0], **arrays)
    elif task == "errors":
        with np.load(file[0]) as known:
            numbers = [error(case, known[f"t{case}"], known[f"w{case}"]) for case in cases]
    elif task == "steps":
        numbers = [steps_seconds(case) for case in cases]
    else:
        numbers = [flow_seconds(case) for case in cases]
    print(json.dumps(numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
