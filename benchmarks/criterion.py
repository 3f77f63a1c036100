"""Which criterion, reading, depth and start the default takes: measured on problems of its own.

Usage: python benchmarks/criterion.py writes benchmarks/results/criterion.csv and prints the table
(some eight minutes on one core). The problems are those of comparison.py with other seeds, so that
no limit there is kept by choice.

A path is followed once, to the end, for each depth and start. On it, models are read off as level
sets (the columns above the threshold, from the largest weight down: 1, 2, … of them) or as all
columns above the threshold, and judged by the residual of least squares or of the path's own
weights. What is found is fitted by least squares ("relaxed") or has the weights of the path.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from comparison import CASES, EASY, RESULTS, random_problem
from threadpoolctl import threadpool_limits

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.problem import Matrix, Vector
from implicit_sparsity.regression.horizon import Horizon
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.stopping.information import price
from implicit_sparsity.regression.support import EXACT_FIT, support_threshold
from implicit_sparsity.regression.working_set import follow

#: Its problems are numbered from FIRST on; those of the comparison from 0.
FIRST, REPLICATES = 5000, 12
#: Depths and starts α^N.
FLOWS = [(3.0, 1e-6), (2.0, 1e-6), (2.5, 1e-6), (4.0, 1e-6), (3.0, 1e-4), (3.0, 1e-9)]
PRICES = {"ebic, γ = 1": ("ebic", 1.0), "ebic, γ = 0.75": ("ebic", 0.75)}
PRICES |= {"ebic, γ = 0.5": ("ebic", 0.5), "gic": ("gic", 1.0), "bic": ("bic", 1.0)}
#: Multiple of the first escape time to which paths are followed, unless half the samples are used.
END = 60.0


class Candidate(NamedTuple):
    """A model read off a path: loss by least squares and of the path, and both weights."""

    whole: bool
    size: int
    losses: tuple[float, float]
    weights: tuple[Vector, Vector]


def candidates(data: Standardised, depth: float, init: float) -> Iterator[Candidate]:
    """All models along a path."""
    network = Network.of(depth, init ** (1 / depth), one_sided=False)
    seen: tuple[int, ...] = ()
    for step in follow(data, network, END * Horizon.of(data.steepest, network).escape, 1e-2):
        level = support_threshold(init, step.mean_square, data.samples)
        large = np.flatnonzero(np.abs(step.w) >= level)
        large = large[np.argsort(-np.abs(step.w[large]))]
        if large.size > data.samples / 2:
            return
        Z = data.columns.take(step.columns[large])
        for k in range(1, large.size + 1):
            whole = k == large.size
            if not whole and tuple(large) == seen:
                continue
            fit = np.linalg.lstsq(Z[:, :k], data.target)[0]
            loss = float(np.square(Z[:, :k] @ fit - data.target).mean())
            both = [np.zeros(data.columns.shape[1]) for _ in range(2)]
            both[0][step.columns[large[:k]]] = fit
            both[1][step.columns[large[:k]]] = step.w[large[:k]]
            yield Candidate(whole, k, (loss, step.mean_square), (both[0], both[1]))
        seen = tuple(large)


def errors(X: Matrix, y: Vector, w_star: Vector, depth: float, init: float) -> list[dict]:
    """Squared error of each way to choose among the models of one path."""
    data = Standardised.of(Samples(X, y, None), centre=True)
    every, n = np.arange(data.columns.shape[1]), data.samples
    none = np.zeros(every.size)
    models = [Candidate(True, 0, (1.0, 1.0), (none, none)), *candidates(data, depth, init)]
    rows = []
    for rule, sets, judged in product(PRICES, (True, False), (0, 1)):
        cost = price(PRICES[rule][0], n, every.size, PRICES[rule][1])
        chosen = min(
            (m for m in models if sets or m.whole),
            key=lambda m: n * np.log(max(m.losses[judged], EXACT_FIT)) + cost * m.size,
        )
        for kept in (0, 1):
            found = data.coefficients(every, chosen.weights[kept])
            rows.append(
                {
                    "depth": depth,
                    "init": init,
                    "rule": rule,
                    "read": "level sets" if sets else "threshold",
                    "residual": ("least squares", "path")[judged],
                    "relaxed": kept == 0,
                    "error": float(np.square(found - w_star).sum()),
                }
            )
    return rows


def measure() -> pd.DataFrame:
    """Median squared error of each choice over that of least squares on the true support.

    Returns
    -------
    DataFrame
        Columns depth, init, rule, read, residual, relaxed, ratio (geometric mean over the cases of
        the medians over problems) and worst (the largest of those medians).
    """
    rows = []
    for i, case in enumerate(c for c in CASES if c not in EASY and c["p"] <= 1000):
        for replicate in range(FIRST, FIRST + REPLICATES):
            X, y, w_star = random_problem(**case, replicate=replicate)
            S = np.flatnonzero(w_star)
            centred = X[:, S] - X[:, S].mean(axis=0)
            oracle = np.square(np.linalg.lstsq(centred, y - y.mean())[0] - w_star[S]).sum()
            for depth, init in FLOWS:
                for row in errors(X, y, w_star, depth, init):
                    rows.append(row | {"case": i, "ratio": row["error"] / oracle})
        print(f"  done: {case}", flush=True)
    keys = ["depth", "init", "rule", "read", "residual", "relaxed"]
    medians = pd.DataFrame(rows).groupby([*keys, "case"], sort=False)["ratio"].median()
    by_choice = medians.groupby(keys, sort=False)
    ratio = by_choice.agg(lambda part: float(np.exp(np.log(part).mean())))
    table = pd.DataFrame({"ratio": ratio, "worst": by_choice.max()}).reset_index()
    return table.sort_values("ratio", kind="stable")


def main() -> None:
    """Measure on one thread, print and write."""
    with threadpool_limits(1):
        table = measure()
    print(table.to_string(index=False, float_format="{:.3g}".format))
    RESULTS.mkdir(exist_ok=True)
    table.to_csv(RESULTS / "criterion.csv", index=False)


if __name__ == "__main__":
    main()
