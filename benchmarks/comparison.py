"""The estimators beside other sparse regressions: errors, supports and times on random problems.

Usage: python benchmarks/comparison.py writes comparison.csv and .png and estimator_bars.csv into
benchmarks/results/ and prints their tables (about six minutes on one core).
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from implicit_sparsity.baselines.registry import available, baseline
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.regression.estimators import DepthNRegressor, DepthNRegressorCV

RESULTS = Path(__file__).parent / "results"
REPLICATES = 20
#: Weights that a problem has, its samples, columns, correlation ρ of neighbours (AR(1)) and noise.
BASE = {"k": 5, "n": 100, "p": 200, "rho": 0.0, "sigma": 0.5}
#: One thing at a time is changed from there; the last two are harder and larger.
CASES = [
    BASE,
    *({**BASE, "n": n} for n in (50, 400)),
    *({**BASE, "p": p} for p in (50, 1000)),
    *({**BASE, "rho": rho} for rho in (0.5, 0.9)),
    *({**BASE, "sigma": sigma} for sigma in (1.0, 2.0)),
    {**BASE, "k": 20},
    {**BASE, "n": 60, "p": 500, "sigma": 1.0},
    {**BASE, "k": 10, "n": 300, "p": 5000},
]
#: Cases with fewer columns than in the rest, on which no limit is set.
EASY = [{**BASE, "n": 400}, {**BASE, "p": 50}]
OURS, BEFORE, LASSO = "depth 3, EBIC", "depth 3, discrepancy", "lasso_cv"
#: The default is to have at most MOST_ERROR times the least error of these, on all but two cases,
#: and to take no longer than LassoCV.
RIVALS, MOST_ERROR = ("abess", LASSO, "omp_cv", "mcp_cv"), 1.3


class WithIntercept:
    """A baseline on centred data, as an estimator."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fit(self, X: Matrix, y: Vector) -> WithIntercept:
        """Fit X, (n, p), to y, (n,)."""
        x_mean, y_mean = X.mean(axis=0), y.mean()
        (self.coef_,) = baseline(self.name).fit(Problem(X - x_mean, y - y_mean)).w
        self.intercept_ = y_mean - x_mean @ self.coef_
        return self

    def predict(self, X: Matrix) -> Vector:
        """Predicted targets, (m,), of samples X, (m, p)."""
        return X @ self.coef_ + self.intercept_


OTHERS = [LASSO, "elastic_net_cv", "relaxed_lasso_cv", "omp_cv", "mcp_cv", "abess"]
METHODS: dict[str, Callable[[], Any]] = {
    OURS: DepthNRegressor,
    "depth 3, CV": DepthNRegressorCV,
    "depth 3, 1 s.e.": lambda: DepthNRegressorCV(standard_errors=1.0),
    BEFORE: lambda: DepthNRegressor(stop="discrepancy"),
    **{name: partial(WithIntercept, name) for name in available(OTHERS)},
}


def random_problem(
    k: int, n: int, p: int, rho: float, sigma: float, replicate: int
) -> tuple[Matrix, Vector, Vector]:
    """X, y and w* with k weights of either sign from 0.3 to 2 at random places."""
    rng = np.random.default_rng([k, n, p, int(100 * rho), int(100 * sigma), replicate])
    X = rng.standard_normal((n, p))
    for j in range(1, p):
        X[:, j] = rho * X[:, j - 1] + np.sqrt(1 - rho**2) * X[:, j]
    w_star = np.zeros(p)
    w_star[rng.choice(p, k, replace=False)] = rng.uniform(0.3, 2, k) * rng.choice([-1, 1], k)
    return X, X @ w_star + sigma * rng.standard_normal(n), w_star


def cpu_seconds(call: Callable[[], object]) -> float:
    """Processor time of one call: on one thread that of the clock, but for what others take."""
    start = time.process_time()
    call()
    return time.process_time() - start


def scores(method: str, X: Matrix, y: Vector, w_star: Vector) -> dict[str, float]:
    """Squared error, that over the error of least squares on the true support, F1 and seconds."""
    with warnings.catch_warnings():
        # From the ends of grids of penalties, which are not chosen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        model = METHODS[method]()
        fitted: list[Any] = []
        spent = cpu_seconds(lambda: fitted.append(model.fit(X, y)))
    w = fitted[0].coef_
    S = np.flatnonzero(w_star)
    centred = X[:, S] - X[:, S].mean(axis=0)
    oracle = np.square(np.linalg.lstsq(centred, y - y.mean())[0] - w_star[S]).sum()
    error = float(np.square(w - w_star).sum())
    both = np.count_nonzero(w[S])
    return {
        "error": error,
        "ratio": error / float(oracle),
        "f1": 2 * both / (np.count_nonzero(w) + S.size),
        "seconds": spent,
    }


def measure() -> pd.DataFrame:
    """Medians (of f1: means) over replicates of all methods on all cases.

    Returns
    -------
    DataFrame
        Columns k, n, p, rho, sigma, method, error, ratio (over the error of least squares on the
        true support), ratio_low, ratio_high (quartiles), f1 (of the support) and seconds.
    """
    for method in METHODS:  # compile and import
        scores(method, *random_problem(2, 30, 10, 0.0, 0.5, 0))
    rows = []
    for case in CASES:
        problems = [random_problem(**case, replicate=i) for i in range(REPLICATES)]
        for method in METHODS:
            table = pd.DataFrame([scores(method, *problem) for problem in problems])
            row = table.median().to_dict() | {"f1": table["f1"].mean()}
            low, high = table["ratio"].quantile([0.25, 0.75])
            rows.append({**case, "method": method, **row, "ratio_low": low, "ratio_high": high})
        print("  done: " + _name(case).replace("\n", " "))
    return pd.DataFrame(rows)


def bars(table: pd.DataFrame) -> pd.DataFrame:
    """The default's error over the best of its rivals' and its time over LassoCV's, by case.

    Parameters
    ----------
    table : DataFrame
        What `measure` returns.

    Returns
    -------
    DataFrame
        Columns k, n, p, rho, sigma, error (over the least of the rivals' that are installed),
        best (whose that is), error_before (that of the rule that was the default before), time
        (over LassoCV's), time_before, holds.
    """
    rows = []
    for case in CASES:
        if case in EASY:
            continue
        here = table[(table[list(case)] == pd.Series(case)).all(axis=1)].set_index("method")
        rivals = here["error"].reindex(RIVALS).dropna()
        quotients = {
            "error": here["error"] / rivals.min(),
            "time": here["seconds"] / here["seconds"][LASSO],
        }
        row = {"error": quotients["error"][OURS], "best": rivals.idxmin()}
        row["error_before"] = quotients["error"][BEFORE]
        row |= {"time": quotients["time"][OURS], "time_before": quotients["time"][BEFORE]}
        rows.append(case | row | {"holds": row["error"] <= MOST_ERROR and row["time"] <= 1.0})
    return pd.DataFrame(rows)


def picture(table: pd.DataFrame, path: Path) -> None:
    """Error ratio, F1 and time by case, a colour and mark for each method."""
    figure, axes = style.panels(1, 3, 0.4 * len(CASES), sharey=True)
    names = [_name(case) for case in CASES]
    colours = ["#0072B2", "#56B4E9", "#004466", "#8C8C8C", "#D55E00", "#E69F00", "#F0E442"]
    colours += ["#009E73", "#CC79A7", "#000000"]
    for shift, (method, colour) in enumerate(zip(METHODS, colours, strict=False)):
        rows = table[table["method"] == method]
        y = np.arange(len(rows)) + 0.08 * (shift - (len(METHODS) - 1) / 2)
        marks = {"color": colour, "marker": "os^Dv<>PX*"[shift], "ms": 3, "lw": 0}
        marks["label"] = method.replace("_", " ")
        axes[0, 0].plot(rows["ratio"], y, **marks)
        axes[0, 0].hlines(y, rows["ratio_low"], rows["ratio_high"], color=colour, lw=0.6)
        axes[0, 1].plot(rows["f1"], y, **marks)
        axes[0, 2].plot(rows["seconds"], y, **marks)
    axes[0, 0].set(xscale="log", xlabel="squared error / oracle", yticks=range(len(names)))
    axes[0, 0].set_yticklabels(names)
    axes[0, 0].invert_yaxis()
    axes[0, 1].set(xlabel="F1 of the support", xlim=(0, 1.02))
    axes[0, 2].set(xscale="log", xlabel="time of a fit, s")
    for panel in axes[0]:
        panel.grid(axis="y", lw=0.3, color="0.9")
    style.legend(figure)
    style.save(figure, path)


def _name(case: dict[str, float]) -> str:
    changed = [f"{key}={value:g}" for key, value in case.items() if value != BASE[key]]
    return ", ".join(changed).replace("rho", "ρ").replace("sigma", "σ") or (
        "n=100, p=200,\nk=5, ρ=0, σ=0.5"
    )


def main() -> None:
    """Measure on one thread, print and draw."""
    with threadpool_limits(1):
        table = measure()
    RESULTS.mkdir(exist_ok=True)
    for name, frame in (("comparison", table), ("estimator_bars", bars(table))):
        print("\n" + frame.to_string(index=False, float_format="{:.3g}".format))
        frame.to_csv(RESULTS / f"{name}.csv", index=False)
    picture(table, RESULTS / "comparison.png")


if __name__ == "__main__":
    main()
