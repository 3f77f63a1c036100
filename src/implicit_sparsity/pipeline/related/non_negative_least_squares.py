"""Descent on w = u^N leads to non-negative least squares, and sooner with acceleration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from implicit_sparsity.formatting import mathtext_number
from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import NotAbove
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Matrix, Problem, Vector

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Noise of the labels, the gap that counts as solved, and points of a path.
NOISE, GOAL, POINTS = 0.1, 1e-5, 400
#: The least distance that the figure tells from none.
LEAST = 1e-18


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples.
    p : int
        Columns, fewer than samples.
    depths : list of int
        Depths N, even and odd ones among them.
    alpha : float
        Start α.
    iterations : int
        Iterations of plain descent.
    accelerated_iterations : int
        Iterations of accelerated descent, and of the controls.
    """

    n: int
    p: Annotated[int, NotAbove("n")]
    depths: list[int]
    alpha: float
    iterations: int
    accelerated_iterations: int


@dataclass(frozen=True)
class _Task:
    """A design and targets, and the non-negative weights of least squares."""

    X: Matrix
    y: Vector
    solution: Vector

    def gap(self, w: Matrix) -> Vector:
        """By how much weights fit worse than the solution, relative to ‖y‖²; one in each row."""
        residuals = self.y - np.vstack([self.solution, w]) @ self.X.T
        sums = (residuals**2).sum(axis=1)
        return np.asarray((sums[1:] - sums[0]) / (self.y @ self.y))

    def scaled(self, depth: int) -> Problem:
        """The problem on which descent of step 1 is that of step η for ½‖Xw − y‖².

        η = 1/(4N² ‖X‖² max(1, ‖w‖_∞)^{2−2/N}), which keeps descent near the solution w stable.
        """
        largest = max(1.0, float(self.solution.max()))
        step = 1 / (4 * depth**2 * np.linalg.norm(self.X, 2) ** 2 * largest ** (2 - 2 / depth))
        scale = np.sqrt(step * len(self.y) / 2)
        return Problem(scale * self.X, scale * self.y)


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """How near descent comes to non-negative least squares, and in how many iterations.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, depth and run: ``gap`` is the excess of its last sum of squares over
        the least of non-negative weights, relative to ‖y‖², in absolute value; ``iterations``
        those until that excess is below 10⁻⁵, infinite if it never is. The column ``design`` is
        "gaussian" or "orthogonal", ``sides`` is 1 for u^N and 2 for u^N − v^N, and ``descent`` is
        "plain" or "accelerated".
    """
    pairs = [_draw(settings, rng) for rng in draws.values()]
    gaussian, orthogonal = ([pair[i] for pair in pairs] for i in (0, 1))
    rows = []
    for depth in settings.depths:
        for design, tasks, sides, descent in (
            ("gaussian", gaussian, 1, "plain"),
            ("gaussian", gaussian, 2, "plain"),
            ("gaussian", gaussian, 1, "accelerated"),
            ("orthogonal", orthogonal, 1, "plain"),
            ("orthogonal", orthogonal, 1, "accelerated"),
        ):
            keys = {"depth": depth, "design": design, "sides": sides, "descent": descent}
            is_long = tasks is gaussian and sides == 1 and descent == "plain"
            iterations = settings.iterations if is_long else settings.accelerated_iterations
            found = _run(tasks, keys, settings.alpha, iterations)
            rows += [
                {"replicate": replicate, **keys, **row}
                for replicate, row in zip(draws, found, strict=True)
            ]
    return pd.DataFrame(rows)


def _draw(settings: Settings, rng: np.random.Generator) -> tuple[_Task, _Task]:
    """Gaussian columns and weights of both signs; orthogonal columns and weights above ½."""

    from scipy.optimize import nnls

    n, p = settings.n, settings.p
    X = rng.standard_normal((n, p)) / np.sqrt(n)
    w = rng.standard_normal(p)
    noise = NOISE * rng.standard_normal(n)
    basis = np.linalg.qr(X)[0]
    pairs = ((X, X @ w + noise), (basis, basis @ (np.abs(w) + 0.5) + noise))
    easy, hard = (_Task(X, y, nnls(X, y)[0]) for X, y in reversed(pairs))
    return hard, easy


@cache  # the same object, so that what is compiled is kept
def _descent(kind: str) -> Any:
    """Descent with steps of 1; optax's own knows that and takes no product with it."""
    import optax

    from implicit_sparsity.training import transformations

    return optax.sgd(1.0) if kind == "plain" else transformations.accelerated(1.0)


def _run(
    tasks: list[_Task], keys: dict[str, Any], alpha: float, iterations: int
) -> list[dict[str, Any]]:
    from implicit_sparsity.training import losses, networks, train_many

    paths = train_many(
        [task.scaled(keys["depth"]) for task in tasks],
        networks.Diagonal(keys["depth"], one_sided=keys["sides"] == 1),
        losses.squared,
        _descent(keys["descent"]),
        alpha=alpha,
        iterations=iterations,
        record_at=np.unique(np.geomspace(1, iterations, POINTS).astype(int)),
    )
    rows = []
    for task, path in zip(tasks, paths, strict=True):
        gaps = task.gap(path.w)
        solved = gaps < GOAL
        first = float(path.iteration[solved.argmax()]) if solved.any() else np.inf
        rows.append({"gap": abs(float(gaps[-1])), "iterations": first})
    return rows


def select(tables: Tables) -> Tables:
    """The runs by role, and ``speed_up``, the iterations of plain over accelerated descent."""
    rows = tables["non_negative_least_squares"]
    gaussian, orthogonal = (rows[rows["design"] == design] for design in ("gaussian", "orthogonal"))
    two_sided = gaussian["sides"] == 2
    plain, accelerated = (
        gaussian[(gaussian["descent"] == descent) & ~two_sided]
        for descent in ("plain", "accelerated")
    )
    odd = accelerated["depth"] % 2 == 1
    return {
        "one_sided": plain,
        "two_sided": gaussian[(gaussian["descent"] == "plain") & two_sided],
        "accelerated": accelerated[~odd],
        "odd": accelerated[odd],
        "sooner": _speed_up(gaussian),
        "easy": _speed_up(orthogonal),
    }


def _speed_up(rows: pd.DataFrame) -> pd.DataFrame:
    """Speed-ups of one-sided networks at even depths; 0 where one of the two does not arrive."""
    rows = rows[(rows["sides"] == 1) & (rows["depth"] % 2 == 0)]
    wide = rows.pivot(index=["depth", "replicate"], columns="descent", values="iterations")
    speed_up = (wide["plain"] / wide["accelerated"]).where(np.isfinite(wide).all(axis=1), 0.0)
    return speed_up.rename("speed_up").reset_index()


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The gaps of plain and of accelerated descent and the speed-up, each by depth."""
    found = select(tables)
    return {
        "gap": Evidence(*(by(found[part], "depth", "gap") for part in ("one_sided", "two_sided"))),
        # The control is at another depth by its nature.
        "accelerated_gap": Evidence(
            by(found["accelerated"], "depth", "gap"), by(found["odd"], "descent", "gap")
        ),
        "speed_up": Evidence(
            *(by(found[part], "depth", "speed_up") for part in ("sooner", "easy"))
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, how far the end is from non-negative least squares; right, what acceleration saves.

    The distance is that of the sums of squares over ‖y‖², in absolute value: an excess, or, where
    weights become negative, a deficit. So it is with u^N − v^N, and with acceleration at an odd
    depth; both are controls. Distances below the lowest tick are drawn there. Light points are
    draws, strong ones medians with intervals; controls in grey.
    """
    rows = select(tables)
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    for part, colour, label, shift, marker in (
        ("one_sided", style.BLUE, "$u^N$", -0.15, "o"),
        ("accelerated", style.GREEN, "$u^N$, accelerated", 0.0, "v"),
        ("two_sided", style.CONTROL, "$u^N-v^N$ (control)", 0.15, "s"),
        ("odd", style.CONTROL, "$u^N$, accelerated, odd (control)", 0.0, "v"),
    ):
        shown = rows[part].assign(gap=rows[part]["gap"].clip(lower=LEAST))
        parts.by_depth(left, shown, "gap", colour, label, shift, marker)
        draw_cells(left, by(shown, "depth", "gap"), colour, "_", marker, shift)
    log_axis(left, "y", LEAST / 3, 5, {LEAST: rf"$\leq{mathtext_number(LEAST)}$"})
    left.set(ylabel=r"distance / $\|y\|^2$", title="at the end")
    for part, colour, label, marker in (
        ("sooner", style.GREEN, "$u^N$, accelerated", "v"),
        ("easy", style.CONTROL, "orthogonal columns (control)", "D"),
    ):
        parts.by_depth(right, rows[part], "speed_up", colour, label, 0.0, marker)
        draw_cells(right, by(rows[part], "depth", "speed_up"), colour, "_", marker)
    log_axis(right, "y", 0.7, 1000)
    right.set(ylabel="iterations, plain / accelerated", title=r"until the excess is $10^{-5}$")
    for axes, metric in ((left, "gap"), (left, "accelerated_gap"), (right, "speed_up")):
        parts.threshold_line(axes, claim.metrics[metric].limit)
    for axes in (left, right):
        depth_axis(axes, rows["one_sided"]["depth"])
    style.legend(figure)
    return figure
