"""Weight normalisation keeps the bias to sparse weights from starts that are not so small.

The network is w = x² with x = r a/‖a‖. Then r² = ‖w‖₁, so that a radius that grows slowly is a
bound of the ℓ1 norm that grows slowly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from implicit_sparsity.metrics import relative_error
from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import Among
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.synthetic import design

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The weights that are not zero, and the step of everything but the radius.
TRUTH, STEP = (1.0, 1.0, 0.7), 0.005
#: The loss of a fit, and that at which descent ends.
FITTED, ENDS = 1e-6, 1e-8


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples; well below half of the columns, so that weights without zeros fit the data.
    p : int
        Columns.
    alpha : list of float
        Starts α of all factors, some with α² p below the ℓ1 norm of the weights, 2.7, some above.
    radius_step : list of float
        Steps of the radius over those of the direction.
    judged : float
        The one of them that is judged.
    iterations : int
        Iterations, at most.
    """

    n: int
    p: int
    alpha: list[float]
    radius_step: list[float]
    judged: Annotated[float, Among("radius_step")]
    iterations: int


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Errors of plain and of normalised descent where they end, fitted or not.

    Plain descent from a small start is far from a fit for long. So what normalised descent is
    compared with is the exact limit of the plain gradient flow from the same start.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, start and step of the radius, which is 0 for plain descent: ``error``
        is ‖w − w*‖ / ‖w*‖ at the end, ``loss`` the loss there, and ``fitted`` whether that is below
        10⁻⁶; ``error_of_limit`` is the error of the plain flow's limit. ``budget`` is α² p / ‖w*‖₁,
        and ``judged`` says whether the step of the radius is the one that is judged.
    """

    from implicit_sparsity.theory.limits import interpolating_limit
    from implicit_sparsity.training import losses, networks, optimisers, train_many

    problems = [_draw(settings, rng) for rng in draws.values()]
    plain = networks.Diagonal(2, one_sided=True)
    runs: list[tuple[float, Any, Any]] = [(0.0, plain, optimisers.descent(STEP))]
    for part in settings.radius_step:
        steps = {"radius": part * STEP, "direction": STEP}
        runs.append((part, networks.Normalised(plain), optimisers.descent(steps)))
    truth, places = _truth(settings), [(alpha, i) for alpha in settings.alpha for i in draws]
    limits = [
        relative_error(interpolating_limit(problem, 2, alpha, one_sided=True), truth)
        for alpha in settings.alpha
        for problem in problems
    ]
    rows = []
    for part, network, optimiser in runs:
        # All starts side by side.
        paths = train_many(
            problems * len(settings.alpha),
            network,
            losses.squared,
            optimiser,
            alpha=np.repeat(settings.alpha, len(problems)),
            iterations=settings.iterations,
            record_at=[settings.iterations],
            until=ENDS,
        )
        for (alpha, replicate), path, limit in zip(places, paths, limits, strict=True):
            loss = float(path.trace.loss[-1])
            rows.append(
                {
                    "replicate": replicate,
                    "alpha": alpha,
                    "radius_step": part,
                    "judged": part == settings.judged,
                    "budget": alpha**2 * settings.p / sum(TRUTH),
                    "error": relative_error(path.w[-1], truth),
                    "loss": loss,
                    "fitted": loss < FITTED,
                    "error_of_limit": limit,
                }
            )
    return pd.DataFrame(rows)


def _draw(settings: Settings, rng: np.random.Generator) -> Problem:
    X, w = design("gaussian", rng, settings.n, settings.p), _truth(settings)
    return Problem(X, X @ w, w)


def _truth(settings: Settings) -> Vector:
    w = np.zeros(settings.p)
    w[: len(TRUTH)] = TRUTH
    return w


def select(tables: Tables) -> Tables:
    """Normalised descent with ``ratio``, its error over that of the limit of the plain flow.

    "within" are starts of a norm below that of the truth, "beyond" those above.
    """
    rows = tables["weight_normalisation"]
    rows = rows.assign(ratio=rows["error"] / rows["error_of_limit"])
    judged = rows[rows["judged"].astype(bool)]
    return {
        "plain": rows[rows["radius_step"] == 0],
        "normalised": rows[rows["radius_step"] > 0],
        "within": judged[judged["budget"] < 1],
        "beyond": judged[judged["budget"] > 1],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The ratio of errors and the error itself, by start; the control starts too large."""
    found = select(tables)
    return {
        metric: Evidence(*(by(found[part], "alpha", metric) for part in ("within", "beyond")))
        for metric in ("ratio", "error")
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the error by the start; right, that over the error of the limit of the plain flow.

    The radius has the step η_r, the direction η; the thick line is judged. In the shaded part, the
    control, the start has a larger ℓ1 norm than the truth. Lines are medians with quartiles; dots
    are white where some runs are not fitted, to a loss below 10⁻⁶.
    """
    rows = select(tables)
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    starts = rows["plain"]["alpha"]
    low, high = 0.8 * starts.min(), 1.25 * starts.max()
    edge = float(np.sqrt((starts**2 / rows["plain"]["budget"]).iloc[0]))
    for axes in (left, right):
        axes.axvspan(edge, high, color=style.SHADE, lw=0, zorder=0, label="too large (control)")
    look = {"color": style.CONTROL, "ls": ":", "label": "plain flow"}
    parts.line(left, rows["plain"], "alpha", "error_of_limit", **look)
    _by_start(left, rows["plain"], "error", style.CONTROL, "plain descent")
    colours = (style.BLUE, style.GREEN, style.ORANGE, style.PURPLE)
    groups = sorted(rows["normalised"].groupby("radius_step"), reverse=True)
    for colour, (part, each) in zip(colours, groups, strict=False):
        label = rf"$\eta_r={part:g}\,\eta$" + ", judged" * bool(each["judged"].iloc[0])
        _by_start(left, each, "error", colour, label)
        _by_start(right, each, "ratio", colour, label)
    for axes, metric, words in (
        (left, "error", r"$\|w-w^*\|/\|w^*\|$"),
        (right, "ratio", "error / that of the plain flow"),
    ):
        log_axis(axes, "x", low, high)
        parts.threshold_line(axes, claim.metrics[metric].limit)
        axes.set(xlabel=r"start $\alpha$", ylabel=words)
    log_axis(left, "y", 1e-5, 2)
    log_axis(right, "y", 1e-4, 10)
    style.legend(figure)
    return figure


def _by_start(axes: Axes, rows: pd.DataFrame, column: str, colour: str, label: str) -> None:
    """Medians and quartiles by the start; thick if judged, white dots where some do not fit."""
    look = {"color": colour, "errorbar": parts.QUARTILES, "marker": "o", "ms": 3, "label": label}
    parts.line(axes, rows, "alpha", column, lw=1.8 if rows["judged"].iloc[0] else 0.9, **look)
    found = rows.groupby("alpha").agg(middle=(column, "median"), fitted=("fitted", "all"))
    some_not = found.loc[~found["fitted"].astype(bool), "middle"]
    axes.plot(some_not.index, some_not, "o", ms=2.4, mfc="w", mec=colour, mew=0.8, zorder=3)
