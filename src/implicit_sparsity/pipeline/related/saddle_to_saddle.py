"""From a tiny start the flow jumps from one sparse point to another; its average is the Lasso."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from implicit_sparsity.metrics import relative_error
from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, bootstrapped, by, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import least_and_most
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Matrix, Problem, Vector

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from implicit_sparsity.theory.incremental import IncrementalPath

#: The first weights of the truth; relative error below which a flow is on the path.
TRUTH, NEAR = (1.0, -0.7, 0.5), 1e-2
#: Points of an average over time.
POINTS = 4000


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples.
    p : int
        Columns, of standard normal entries.
    depths : list of float
        Depths N.
    alpha : list of float
        Starts α; the largest is the control.
    """

    n: int
    p: int
    depths: list[float]
    alpha: list[float]


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Distances of flows from the path of jumps, half-way between its jumps.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, depth and start, without noise: ``share_near``, the share of half-way
        times at which the flow is on the path, and ``error``, its mean relative distance then;
        ``from_lasso`` and ``from_other_lasso``, mean relative distances of the flow's average over
        time from the Lasso at λ = 1/τ and at twice that; ``jumps``, and ``leaves``, how often a
        weight of the path returns to 0; ``end_from_least`` and ``previous_from_least``, relative
        distances of the last point of the path, and of that before, from basis pursuit.
    """

    from implicit_sparsity.theory.basis_pursuit import basis_pursuit
    from implicit_sparsity.theory.incremental import incremental_path

    rows = []
    for replicate, rng in draws.items():
        problem = _problem(settings, rng)
        path = incremental_path(problem)
        least = basis_pursuit(problem)
        of_path = {
            "jumps": path.time.size - 1,
            "leaves": int(((path.w[:-1] != 0) & (path.w[1:] == 0)).sum()),
            "end_from_least": relative_error(path.w[-1], least),
            "previous_from_least": relative_error(path.w[-2], least),
        }
        for depth in settings.depths:
            for alpha in settings.alpha:
                keys = {"replicate": replicate, "depth": depth, "alpha": alpha}
                rows.append(keys | _along(problem, path, depth, alpha) | of_path)
    return pd.DataFrame(rows)


def _problem(settings: Settings, rng: np.random.Generator) -> Problem:
    X = rng.standard_normal((settings.n, settings.p))
    w = np.zeros(settings.p)
    w[: len(TRUTH)] = TRUTH
    return Problem(X, X @ w, w)


def _along(problem: Problem, path: IncrementalPath, depth: float, alpha: float) -> dict[str, float]:
    """A flow against the path half-way between its jumps, and its average against the Lasso."""

    from implicit_sparsity.flow.solve import gradient_flow
    from implicit_sparsity.theory.incremental import rescaled_time

    half_way = np.append((path.time[1:-1] + path.time[2:]) / 2, 1.5 * path.time[-1])
    grid = np.linspace(0, half_way[-1], POINTS)
    unit = float(rescaled_time(1.0, depth, alpha))
    w = gradient_flow(problem, depth, alpha, t_max=1.001 * half_way[-1] / unit).at(grid / unit)
    flow = np.array([np.interp(half_way, grid, column) for column in w.T]).T
    errors = np.array(list(map(relative_error, flow, path.at(half_way))))
    total = np.vstack([0 * w[:1], np.cumsum((w[1:] + w[:-1]) / 2, axis=0)]) * grid[1]
    sums = np.array([np.interp(half_way, grid, column) for column in total.T]).T
    average = sums / half_way[:, None]
    penalties = 1 / half_way
    return {
        "share_near": float(np.mean(errors < NEAR)),
        "error": float(errors.mean()),
        "from_lasso": _distance(average, lasso(problem, penalties)),
        "from_other_lasso": _distance(average, lasso(problem, 2 * penalties)),
    }


def _distance(rows: Matrix, others: Matrix) -> float:
    """Mean over rows of the distance, relative to the largest norm."""
    distances = np.linalg.norm(rows - others, axis=1)
    return float(distances.mean() / np.linalg.norm(rows, axis=1).max())


def lasso(problem: Problem, penalties: Vector) -> Matrix:
    """Solutions of (1/n)‖Xw − y‖² + λ‖w‖₁, exactly, from the path of LARS.

    Its own penalty is λ/2, for half of the loss; between knots the path is a straight line.
    """
    from sklearn.linear_model import lars_path

    knots, _, weights = lars_path(problem.X, problem.y, method="lasso")
    order = np.argsort(knots)
    return np.array([np.interp(penalties / 2, knots[order], row[order]) for row in weights]).T


def select(tables: Tables) -> Tables:
    """The smallest start, at the depths of the condition and beyond it, and the largest.

    "nearer" says of each problem whether the mean error falls from the next larger start to the
    smallest (``falls``) and, as a control, from another problem (``below_other``).
    """
    rows = tables["saddle_to_saddle"]
    small, large = least_and_most(rows, "alpha")
    starts = np.sort(rows["alpha"].unique())
    next_larger = rows[rows["alpha"] == starts[1]]
    keys = ["replicate", "depth"]
    both = small.merge(next_larger[[*keys, "error"]], on=keys, suffixes=("", "_at_larger"))
    both = both.sort_values(["depth", "replicate"])
    other = both.groupby("depth")["error"].transform(lambda error: np.roll(error.to_numpy(), 1))
    both = both.assign(
        falls=both["error"] < both["error_at_larger"], below_other=both["error"] < other
    )
    paths = small.groupby("replicate", as_index=False).first()
    return {"small": small, "large": large, "nearer": both, "paths": paths, "all": rows}


def evidence(tables: Tables) -> dict[str, Evidence]:
    """How near the flow and its average are to what is predicted, by depth, and where paths end."""
    found = select(tables)
    small, large, nearer = (found[part] for part in ("small", "large", "nearer"))
    inside, outside = small[small["inside"]], small[~small["inside"]]
    stays = inside[inside["leaves"] == 0]
    beyond = [inside[inside["leaves"] > 0], outside]
    return {
        "on_path": Evidence(
            _shares(inside), _shares(large[large["inside"]]), outside=_shares(outside)
        ),
        "nearer": Evidence(
            by(nearer, "depth", "falls", share), by(nearer, "depth", "below_other", share)
        ),
        "average": Evidence(
            by(stays, ["depth", "leaves"], "from_lasso"),
            by(stays, ["depth", "leaves"], "from_other_lasso"),
            outside=[
                cell
                for rows in beyond
                for leaves, part in rows.groupby(rows["leaves"] > 0)
                for cell in by(part.assign(leaves=int(leaves)), ["depth", "leaves"], "from_lasso")
            ],
        ),
        "end": Evidence(
            by(found["paths"].assign(point="last"), "point", "end_from_least"),
            by(found["paths"].assign(point="before"), "point", "previous_from_least"),
        ),
    }


def _shares(rows: pd.DataFrame) -> list[Cell]:
    """The mean share of half-way times on the path, by depth."""
    return [
        bootstrapped(
            {"depth": depth}, lambda s: float(np.mean(s)), part["share_near"].to_numpy(np.float64)
        )
        for depth, part in rows.groupby("depth")
    ]


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the share of half-way times at which a flow is on the path of jumps, over the start.

    Points are means over problems with 95 % intervals; the largest start, shaded, is the control.
    Right, the distance of the flow's average over time from the Lasso at λ = 1/τ, from the smallest
    start; problems in which a weight returns to 0 are light triangles. In grey, the control: the
    Lasso at twice that penalty. N = 2, dotted and light, is not judged.
    """
    found = select(tables)
    rows, small = found["all"], found["small"]
    figure, ((left, right),) = style.panels(1, 2, 2.5, sharey=False)
    for depth, part in rows.groupby("depth"):
        cells = [
            replace(cell, place={"alpha": alpha})
            for alpha, each in part.groupby("alpha")
            for cell in _shares(each)
        ]
        line = "-" if part["inside"].all() else ":"
        label = f"$N={depth:g}$"
        draw_cells(left, cells, style.depth_colour(depth), label, column="alpha", ls=line, lw=0.9)
    starts = rows["alpha"]
    edges = starts.max() / 2, 2 * starts.max()
    left.axvspan(*edges, color=style.SHADE, lw=0, zorder=0, label="large start (control)")
    log_axis(left, "x", 0.5 * starts.min(), edges[1])
    parts.threshold_line(left, claim.metrics["on_path"].limit)
    left.set(xlabel=r"start $\alpha$", ylabel="share of times on the path", ylim=(-0.05, 1.1))
    stays, leaves = small[small["leaves"] == 0], small[small["leaves"] > 0]
    twice = r"twice the $\lambda$ (control)"
    for inside, colour in ((True, style.BLUE), (False, style.SKY)):
        label = "no weight returns" if inside else "_"
        part, control = (each[each["inside"] == inside] for each in (stays, small))
        parts.by_depth(right, part, "from_lasso", colour, label, -0.15)
        parts.by_depth(right, control, "from_other_lasso", style.CONTROL, twice, 0.15)
    parts.points(
        right, leaves, "depth", "from_lasso", color=style.SKY, marker="^", label="some return to 0"
    )
    limit = claim.metrics["average"].limit
    parts.threshold_line(right, limit)
    log_axis(right, "y", 0.5 * min(small["from_lasso"].min(), limit), 2)
    depth_axis(right, small["depth"])
    right.set(ylabel="distance from the Lasso", title="average over time")
    style.legend(figure)
    return figure
