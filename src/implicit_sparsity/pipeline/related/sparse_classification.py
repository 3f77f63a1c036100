"""A support vector machine with sparse weights: descent on factors instead of an ℓ1 penalty.

Two normal classes, of means ±μ with few entries that are not zero. The linear rule sign(xᵀw) errs
with probability Φ(−μᵀw/‖w‖), so that no test data are needed; the best, w = μ, with Φ(−‖μ‖).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import NotAbove, OneForEach
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Matrix, Problem, Vector

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The step, the width γ of the smooth part of the hinge, and the entry of the mean.
STEP, GAMMA, MEAN = 0.2, 0.01, 0.8


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples to train on, and as many to choose the iteration and the penalty by.
    p : int
        Columns.
    k : int
        Entries of the mean that are not zero.
    depths : list of int
        Depths N.
    alpha : list of float
        Their starts α.
    large_alpha : float
        A start α too large for sparse weights, at all depths.
    iterations : int
        Iterations.
    every : int
        Iterations from one look at the validation data to the next.
    penalties : int
        ℓ1 penalties to choose from.
    """

    n: int
    p: int
    k: Annotated[int, NotAbove("p")]
    depths: list[int]
    alpha: Annotated[list[float], OneForEach("depths")]
    large_alpha: float
    iterations: int
    every: Annotated[int, NotAbove("iterations")]
    penalties: int


@dataclass(frozen=True)
class _Task:
    """Data to train on, data to choose by, and the mean of the class 1."""

    train: Problem
    X: Matrix
    y: Vector
    mean: Vector

    def chosen(self, w: Matrix) -> int:
        """The row of least hinge loss on the validation data."""
        return int(np.maximum(1 - self.y * (w @ self.X.T), 0).mean(axis=1).argmin())

    def error(self, w: Vector) -> float:
        """The probability of error of the rule sign(xᵀw); of w = 0, that of a coin."""
        size = float(np.linalg.norm(w))
        return float(ndtr(-self.mean @ w / size)) if size > 0 else 0.5


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Errors of descent stopped by validation, and of the ℓ1 penalty chosen by it.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw and ``run``: "small" and "large" start of the depths, "linear" descent
        (N = 1) from 0, and "l1"; of descent, one where it is ``stopped`` (1) and one at its end
        (0). ``error`` is the probability of error, ``best_possible`` that of the best rule.
    """
    from implicit_sparsity.training import losses, networks, optimisers, train_many

    tasks = [_task(settings, rng) for rng in draws.values()]
    best = float(ndtr(-MEAN * np.sqrt(settings.k)))
    runs: list[tuple[str, int, Any, float, float]] = [
        (run, depth, networks.Diagonal(depth), alpha, STEP)
        for depth, small in zip(settings.depths, settings.alpha, strict=True)
        for run, alpha in (("small", small), ("large", settings.large_alpha))
    ]
    # Without depth all weights start at once, and what is best comes early: shorter steps.
    runs.append(("linear", 1, networks.Product(1), 1.0, STEP / 10))
    rows = []
    for run, depth, network, alpha, step in runs:
        paths = train_many(
            [task.train for task in tasks],
            network,
            losses.SmoothedHinge(GAMMA),
            optimisers.descent(step),
            alpha,
            settings.iterations,
            range(0, settings.iterations + 1, settings.every),
        )
        for replicate, task, path in zip(draws, tasks, paths, strict=True):
            keys = {"replicate": replicate, "run": run, "depth": depth, "best_possible": best}
            for stopped, at in ((1, task.chosen(path.w)), (0, len(path.w) - 1)):
                found = {"iteration": int(path.t[at]), "error": task.error(path.w[at])}
                rows.append(keys | {"stopped": stopped} | found)
    for replicate, task in zip(draws, tasks, strict=True):
        w = np.array([l1_hinge(task.train, c) for c in _penalties(task.train, settings.penalties)])
        row = {"replicate": replicate, "run": "l1", "depth": np.nan, "best_possible": best}
        rows.append(row | {"error": task.error(w[task.chosen(w)])})
    return pd.DataFrame(rows)


def _task(settings: Settings, rng: np.random.Generator) -> _Task:
    n, p = settings.n, settings.p
    mean = np.zeros(p)
    mean[: settings.k] = MEAN
    y = rng.choice([-1.0, 1.0], 2 * n)
    X = y[:, None] * mean + rng.standard_normal((2 * n, p))
    return _Task(Problem(X[:n], y[:n]), X[n:], y[n:], mean)


def _penalties(problem: Problem, count: int) -> Vector:
    """From the least whose solution is 0 down, evenly on a logarithmic scale."""
    most = float(np.abs(problem.X.T @ problem.y).max() / problem.n)
    return most * np.geomspace(0.8, 0.05, count)


def l1_hinge(problem: Problem, penalty: float) -> Vector:
    """w of least (1/n) Σ max(0, 1 − y_i x_iᵀw) + penalty ‖w‖₁, by linear programming.

    It is that of the dual: the largest Σ a_i with 0 ≤ a_i ≤ 1/n and |Xᵀ(y ⊙ a)| ≤ penalty. The
    weights are the prices of its constraints.
    """

    from scipy.optimize import linprog

    n, p = problem.n, problem.p
    signed = problem.y[:, None] * problem.X
    found = linprog(
        -np.ones(n),
        A_ub=np.vstack([signed.T, -signed.T]),
        b_ub=np.full(2 * p, penalty),
        bounds=(0, 1 / n),
        method="highs",
    )
    prices = -found.ineqlin.marginals
    return np.asarray(prices[:p] - prices[p:], dtype=np.float64)


def select(tables: Tables) -> Tables:
    """Descent by start, as it was stopped; "end" is the small start after the last iteration.

    ``beside_l1`` is the error less that of the ℓ1 penalty, ``excess`` what it has over the best
    rule, as a share of what linear descent has.
    """
    rows = tables["sparse_classification"]
    stopped = rows[rows["inside"]]
    others = {run: stopped[stopped["run"] == run] for run in ("l1", "linear")}
    deep = rows[rows["run"].isin(["small", "large"])]
    l1, linear = (
        deep["replicate"].map(other.set_index("replicate")["error"]) for other in others.values()
    )
    best = deep["best_possible"]
    deep = deep.assign(
        beside_l1=deep["error"] - l1, excess=(deep["error"] - best) / (linear - best)
    )
    small, inside = deep["run"] == "small", deep["inside"]
    parted = {"small": small & inside, "end": small & ~inside, "large": ~small & inside}
    return {name: deep[chosen] for name, chosen in parted.items()} | others


def evidence(tables: Tables) -> dict[str, Evidence]:
    """Both comparisons by depth; the control starts too large, and outside are the last weights."""
    found = select(tables)
    return {
        metric: Evidence(
            by(found["small"], "depth", metric),
            by(found["large"], "depth", metric),
            outside=by(found["end"], "depth", metric),
        )
        for metric in ("beside_l1", "excess")
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, probability of error by depth; middle, the same less that of the ℓ1 penalty.

    Right, its excess over that of the best rule, as a share of what linear descent has. Light
    points are draws, strong ones medians with intervals. Left, depth 1 is linear descent; lines are
    the best rule and the median of the ℓ1 penalty. The large start, from which all weights learn,
    in grey.
    """
    rows = select(tables)
    figure, (panels,) = style.panels(1, 3, 2.6, sharey=False)
    left, middle, right = panels
    parts.by_depth(left, rows["linear"], "error", style.PURPLE, "linear descent", marker="s")
    for axes, column in ((left, "error"), (middle, "beside_l1"), (right, "excess")):
        for part, colour, label, shift, marker in (
            ("small", style.BLUE, "small start, stopped", -0.15, "o"),
            ("end", style.ORANGE, "small start, at the end", 0.0, "v"),
            ("large", style.CONTROL, "large start (control)", 0.15, "o"),
        ):
            parts.by_depth(axes, rows[part], column, colour, label, shift, marker)
            draw_cells(axes, by(rows[part], "depth", column), colour, "_", marker, shift)
    best, chosen = rows["l1"]["best_possible"].iloc[0], rows["l1"]["error"].median()
    left.axhline(best, color=style.EDGE, lw=0.7, label="best rule")
    left.axhline(chosen, color=style.GREEN, lw=1.0, label=r"$\ell_1$ penalty")
    middle.axhline(0, color=style.GREEN, lw=1.0)
    depth_axis(left, [1, *rows["small"]["depth"]])
    for axes, metric in ((middle, "beside_l1"), (right, "excess")):
        depth_axis(axes, rows["small"]["depth"])
        parts.threshold_line(axes, claim.metrics[metric].limit)
    left.set(ylabel="probability of error", ylim=(0.8 * best, None))
    middle.set(ylabel=r"error $-$ that of the $\ell_1$ penalty")
    right.set(ylabel="excess / that of linear descent")
    style.legend(figure)
    return figure
