"""Time per iteration of gradient descent, against plain loops and against the processor's floor."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from loops import HAS_TORCH, numpy_loop, torch_loop

from implicit_sparsity import Descent, Problem, gradient_descent, gradient_descents
from implicit_sparsity.problem import Vector
from implicit_sparsity.problems import synthetic

Engine = Callable[[Problem, int, float, float, int], object]

SHAPES = [(100, 200), (392, 784), (500, 3000), (500, 20_000)]
ROUNDS = 5
#: Runs that advance together.
TOGETHER = 8
#: Seconds that one timing lasts, at least.
MIN_SECONDS = 0.2


def ours(problem: Problem, depth: int, alpha: float, step: float, iterations: int) -> Vector:
    """Descent by this package; its events and traces are part of what is timed."""
    return gradient_descent(problem, depth, alpha, step, iterations, record_at=[]).w[-1]


def together(problem: Problem, depth: int, alpha: float, step: float, iterations: int) -> Vector:
    """Descents by this package on several responses, advanced together."""
    runs = [
        Descent(replace(problem, y=(1 - 0.1 * i) * problem.y), depth, alpha, step, iterations, [])
        for i in range(TOGETHER)
    ]
    return gradient_descents(runs)[-1].w[-1]


#: The engines, each with the number of runs of a call.
ENGINES: dict[str, tuple[Engine, int]] = {
    "this package": (ours, 1),
    f"this package, {TOGETHER} runs together": (together, TOGETHER),
    "NumPy loop": (numpy_loop, 1),
}
if HAS_TORCH:
    ENGINES["PyTorch loop"] = torch_loop, 1


def sparse_problem(design: str, n: int, p: int, replicate: int = 0) -> Problem:
    """A sparse problem of the paper's kind: five weights of 1 and noise 0.5."""
    rng = synthetic.generator(0, f"{design}-{n}-{p}", replicate)
    X = synthetic.design(design, rng, n, p)
    w_star = np.where(np.arange(p) < 5, 1.0, 0.0)
    return Problem(X, synthetic.response(rng, X, w_star, 0.5), w_star)


def seconds(call: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def product_rate(size: int = 1500) -> float:
    """Floating-point operations a second of a large float64 matrix product."""
    A = np.random.default_rng(0).standard_normal((size, size))
    return 2 * size**3 / seconds(lambda: A @ A)


def per_iteration(engine: Engine, runs: int, problem: Problem, depth: int) -> Callable[[], float]:
    """A function that times the engine, seconds an iteration of a run, without what comes once."""

    def run(count: int) -> float:
        return seconds(lambda: engine(problem, depth, 0.1, 1e-3, count))

    run(1)  # compile, and touch all memory
    once, count = run(1), 10
    # What comes once varies, too.
    while (spent := run(count) - once) < (least := max(MIN_SECONDS, once)):
        count *= 4 if spent < least / 4 else 2
    return lambda: (run(count) - run(1)) / (count - 1) / runs


def measure() -> pd.DataFrame:
    """Medians over rounds that visit every engine in turn, with their ratios to the floor.

    The floor of an iteration is 4np operations (X w and Xᵀ r) at the rate of a large matrix
    product, measured in the same rounds on the same core.

    Returns
    -------
    DataFrame
        Columns design, n, p, depth, engine, microseconds (of an iteration of one run), floor (µs),
        ratio.
    """
    rows = []
    cases = [("rademacher", shape, depth) for shape in SHAPES for depth in (4, 5)]
    cases += [("gaussian", shape, 4) for shape in SHAPES]
    for design, (n, p), depth in cases:
        problem = sparse_problem(design, n, p)
        timers = {
            name: per_iteration(engine, runs, problem, depth)
            for name, (engine, runs) in ENGINES.items()
        }
        rounds = [
            {"floor": 4 * n * p / product_rate()}
            | {name: timer() for name, timer in timers.items()}
            for _ in range(ROUNDS)
        ]
        medians = pd.DataFrame(rounds).median() * 1e6
        for name in timers:
            case = {"design": design, "n": n, "p": p, "depth": depth, "engine": name}
            case |= {"microseconds": medians[name], "floor": medians["floor"]}
            rows.append(case | {"ratio": medians[name] / medians["floor"]})
            print(
                "  {design} {n}×{p}, N={depth}, {engine}: {microseconds:.1f} µs, "
                "{ratio:.2f} × the floor".format(**rows[-1])
            )
    return pd.DataFrame(rows)
