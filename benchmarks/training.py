"""Time per iteration of training on JAX, against the compiled descent and a PyTorch loop.

Usage: python benchmarks/training.py, or as a part of make benchmark
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
import pandas as pd
from loops import HAS_TORCH, torch_loops
from speed import ours, seconds, sparse_problem

from implicit_sparsity import Problem
from implicit_sparsity.problem import Vector

DEPTH, ALPHA, STEP = 4, 0.1, 1e-3
ROUNDS = 5
#: Seconds that one timing lasts, at least.
MIN_SECONDS = 0.5
#: Shape and number of runs: each on a problem of its own, or (below) one problem from many starts.
PROBLEMS = [(100, 200, 1), (100, 200, 30), (500, 3000, 1)]
STARTS = [(100, 200, 30)]
#: These only on a GPU.
PROBLEMS_ON_GPU = [(100, 200, 1000)]
STARTS_ON_GPU = [(100, 200, 1000), (100, 200, 10_000)]

Loop = Callable[[list[Problem], Vector, int], object]


def descents(problems: list[Problem], alphas: Vector, iterations: int) -> None:
    """The compiled descent, one run after the other."""
    for problem, alpha in zip(problems * (len(alphas) // len(problems)), alphas, strict=True):
        ours(problem, DEPTH, alpha, STEP, iterations)


def trainings(problems: list[Problem], alphas: Vector, iterations: int) -> None:
    """Training on JAX, all runs side by side."""
    # Not above: JAX warns of processes that are forked once it is there.
    from implicit_sparsity.training import losses, networks, optimisers, train_many

    network, optimiser = networks.Diagonal(DEPTH), optimisers.descent(STEP)
    train_many(problems, network, losses.squared, optimiser, alphas, iterations, [])


def torches(problems: list[Problem], alphas: Vector, iterations: int) -> None:
    """The PyTorch loop, all runs side by side."""
    torch_loops(problems, DEPTH, alphas, STEP, iterations)


def measure() -> pd.DataFrame:
    """Medians over rounds that visit every loop in turn, with their ratios to the descent.

    Returns
    -------
    DataFrame
        Columns device, n, p, problems, runs, engine, microseconds (an iteration of one run), ratio
        (to the compiled descent on the processor), first_call_s (what a first call takes beyond
        later ones, for most of which it compiles).
    """
    with _one_core():
        import jax

        on_gpu = jax.default_backend() == "gpu"
        loops: dict[str, Loop] = {"descent": descents, "training": trainings}
        if HAS_TORCH:
            loops["PyTorch loop"] = torches
        cases = [(n, p, count, count) for n, p, count in PROBLEMS]
        cases += [(n, p, 1, count) for n, p, count in STARTS]
        if on_gpu:
            cases += [(n, p, count, count) for n, p, count in PROBLEMS_ON_GPU]
            cases += [(n, p, 1, count) for n, p, count in STARTS_ON_GPU]
        rows = []
        for n, p, problems, runs in cases:
            device = jax.devices()[0].device_kind if on_gpu else "cpu"
            case = {"device": device, "n": n, "p": p, "problems": problems, "runs": runs}
            rows += [case | row for row in _case(loops, n, p, problems, runs)]
        return pd.DataFrame(rows)


def _case(
    loops: dict[str, Loop], n: int, p: int, count: int, runs: int
) -> Iterator[dict[str, object]]:
    problems = [sparse_problem("rademacher", n, p, replicate) for replicate in range(count)]
    alphas = ALPHA * np.linspace(0.9, 1.1, runs)
    if runs > 1000:  # the others would take minutes, and say no more than at fewer runs
        loops = {"training": loops["training"]}
    once = {name: partial(loop, problems, alphas, 1) for name, loop in loops.items()}
    first_calls = {name: seconds(call) for name, call in once.items()}
    timers = {name: _per_iteration(loop, problems, alphas) for name, loop in loops.items()}
    rounds = [{name: timer() for name, timer in timers.items()} for _ in range(ROUNDS)]
    medians = pd.DataFrame(rounds).median() * 1e6 / runs
    for name, call in once.items():
        yield {
            "engine": name,
            "microseconds": medians[name],
            "ratio": medians[name] / medians.get("descent", np.nan),
            "first_call_s": first_calls[name] - seconds(call),
        }
        print(f"  {n}×{p}, {count} problem(s), {runs} run(s), {name}: {medians[name]:.3g} µs")


def _per_iteration(loop: Loop, problems: list[Problem], alphas: Vector) -> Callable[[], float]:
    """A function that times a loop, seconds an iteration, without what it does once a run."""

    def run(count: int) -> float:
        return seconds(lambda: loop(problems, alphas, count))

    count = 10
    while run(count) - run(1) < MIN_SECONDS:
        count *= 2
    return lambda: (run(count) - run(1)) / (count - 1)


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep this process, and the threads that JAX starts meanwhile, on one core."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


if __name__ == "__main__":
    print(measure().to_string(index=False, float_format="{:.4g}".format))
