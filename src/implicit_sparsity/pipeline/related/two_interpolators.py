"""A network between the interpolators of least ℓ1 and of least ℓ2 norm, better than either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, median, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import NotAbove
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import level_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem, Vector

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples.
    p : int
        Columns, of standard normal entries.
    k : int
        Non-zero weights, of size 1.
    noise : float
        Standard deviation of the Gaussian noise.
    alpha : float
        Start α of u and v.
    scales : list of float
        λ > 0 of the linear part, beside 0; the largest is a control, as is 0.
    """

    n: int
    p: int
    k: Annotated[int, NotAbove("p")]
    noise: float
    alpha: float
    scales: list[float]


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Squared errors of the limits of w = u² − v² + λq, whatever the data's noise.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw and λ: ``error``, and the errors ``l1_error`` and ``l2_error`` of the
        weights of least ℓ1 and of least ℓ2 norm that fit the data.
    """

    from implicit_sparsity.theory.basis_pursuit import basis_pursuit
    from implicit_sparsity.theory.limits import interpolating_limit

    rows = []
    for replicate, rng in draws.items():
        problem = _problem(settings, rng)
        beside = {
            "l1_error": _error(problem, basis_pursuit(problem)),
            "l2_error": _error(problem, np.asarray(np.linalg.lstsq(problem.X, problem.y)[0])),
        }
        for scale in [0.0, *settings.scales]:
            w = interpolating_limit(problem, 2, settings.alpha, linear=scale)
            keys = {"replicate": replicate, "scale": scale}
            rows.append(keys | {"error": _error(problem, w)} | beside)
    return pd.DataFrame(rows)


def _problem(settings: Settings, rng: np.random.Generator) -> Problem:
    X = rng.standard_normal((settings.n, settings.p))
    w = (np.arange(settings.p) < settings.k).astype(np.float64)
    return Problem(X, X @ w + settings.noise * rng.standard_normal(settings.n), w)


def _error(problem: Problem, w: Vector) -> float:
    return float(np.sum((w - problem.truth) ** 2))


def select(tables: Tables) -> Tables:
    """All rows; those of the best λ between the ends; and those of the ends.

    ``ratio`` is the error over the less of those of the two interpolators. The best λ has the least
    median error over draws: it is one for all of them.
    """
    rows = tables["two_interpolators"]
    rows = rows.assign(ratio=rows["error"] / rows[["l1_error", "l2_error"]].min(axis=1))
    ends = rows["scale"].isin([rows["scale"].min(), rows["scale"].max()])
    best = rows[~ends].groupby("scale")["error"].median().idxmin()
    return {"all": rows, "best": rows[rows["scale"] == best], "ends": rows[ends]}


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The ratio at the best λ, and the share of draws in which it is below 1.

    Controls are the ends, of which only the largest λ is never below 1.
    """
    found = select(tables)
    best, ends = found["best"], found["ends"]
    largest = ends[ends["scale"] == ends["scale"].max()]
    judged: list[Cell] = [median({"scale": "best"}, best["ratio"])]
    control = [median({"scale": scale}, part["ratio"]) for scale, part in ends.groupby("scale")]
    return {
        "ratio": Evidence(judged, control),
        "wins": Evidence(
            [share({"scale": "best"}, best["ratio"] < 1)],
            [share({"scale": "largest"}, largest["ratio"] < 1)],
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, squared error over λ: medians within quartiles, and those of the two interpolators.

    Right, the error over that of the better interpolator, a point for each draw. The shaded λ, the
    best, is judged; the ends, which are controls, are grey.
    """
    found = select(tables)
    rows, best = found["all"], found["best"]["scale"].iloc[0]
    scales = sorted(rows["scale"].unique())
    shown = rows.assign(place=rows["scale"].map(scales.index))
    figure, ((left, right),) = style.panels(1, 2, 2.5, sharey=False)
    look = {"color": style.BLUE, "marker": "o", "ms": 3.5}
    label = r"$w=u^2-v^2+\lambda q$"
    parts.line(left, shown, "place", "error", errorbar=parts.QUARTILES, label=label, **look)
    for norm, colour in (("l1", style.ORANGE), ("l2", style.GREEN)):
        level = float(rows.groupby("replicate")[f"{norm}_error"].first().median())
        words = rf"least $\ell_{norm[1]}$ norm"
        left.axhline(level, color=colour, lw=0.9, ls=style.DASHED, zorder=1, label=words)
    log_axis(left, "y", 0.5 * rows["error"].min(), 2 * rows["error"].max())
    is_end = shown["scale"].isin([scales[0], scales[-1]])
    for part, colour, words in (
        (shown[~is_end], style.BLUE, "_"),
        (shown[is_end], style.CONTROL, "ends (control)"),
    ):
        parts.points(right, part, "place", "ratio", color=colour, s=10)
        middle = part.groupby("place")["ratio"].median()
        right.plot(middle.index, middle, "o", color=colour, ms=4.5, mew=0, label=words)
    limit = claim.metrics["ratio"].limit
    parts.threshold_line(right, limit)
    log_axis(right, "y", 0.7 * min(rows["ratio"].min(), limit), 1.5 * rows["ratio"].max())
    left.set_ylabel(r"$\|w_\infty-w^*\|^2$")
    right.set_ylabel("over the better interpolator")
    for axes in (left, right):
        place = scales.index(best)
        look = {"color": style.SHADE, "lw": 0, "zorder": 0, "label": r"best $\lambda$, judged"}
        axes.axvspan(place - 0.4, place + 0.4, **look)
        level_axis(axes, scales)
        axes.set_xlabel(r"scale $\lambda$ of the linear part")
    style.legend(figure)
    return figure
