"""Weight normalisation keeps the bias to sparse weights from starts that are not so small.

The network is w = x² with x = r a/‖a‖. Then r² = ‖w‖₁, so that a radius that grows slowly is a
bound of the ℓ1 norm that grows slowly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.metrics import relative_error
from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.synthetic import design

#: The weights that are not zero, the step of everything but the radius, and the loss of a fit.
TRUTH, STEP, FITTED = (1.0, 1.0, 0.7), 0.005, 1e-8


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples.
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
    judged: float
    iterations: int


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Errors of plain and of normalised descent once the data are fitted.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, start and step of the radius, which is 0 for plain descent: ``error``
        is ‖w − w*‖ / ‖w*‖ at the end, ``loss`` the loss there. ``budget`` is α² p / ‖w*‖₁, and
        ``judged`` says whether the step of the radius is the one that is judged.
    """
    from implicit_sparsity.training import losses, networks, optimisers, train_many

    problems = [_draw(settings, rng) for rng in draws.values()]
    plain = networks.Diagonal(2, one_sided=True)
    runs: list[tuple[float, Any, Any]] = [(0.0, plain, optimisers.descent(STEP))]
    for part in settings.radius_step:
        steps = {"radius": part * STEP, "direction": STEP}
        runs.append((part, networks.Normalised(plain), optimisers.descent(steps)))
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
            until=FITTED,
        )
        places = [(alpha, i) for alpha in settings.alpha for i in draws]
        for (alpha, replicate), path in zip(places, paths, strict=True):
            rows.append(
                {
                    "replicate": replicate,
                    "alpha": alpha,
                    "radius_step": part,
                    "judged": part == settings.judged,
                    "budget": alpha**2 * settings.p / sum(TRUTH),
                    "error": relative_error(path.w[-1], _truth(settings)),
                    "loss": float(path.trace.loss[-1]),
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
    """Normalised descent with ``ratio``, its error over that of plain descent from the same start.

    "within" are starts of a norm below that of the truth, "beyond" those above.
    """
    rows = tables["weight_normalisation"]
    keys = ["alpha", "replicate"]
    plain = rows.loc[rows["radius_step"] == 0, [*keys, "error"]]
    both = rows[rows["radius_step"] > 0].merge(plain, on=keys, suffixes=("", "_of_plain"))
    both = both.assign(ratio=both["error"] / both["error_of_plain"])
    judged = both[both["judged"].astype(bool)]
    return {
        "plain": rows[rows["radius_step"] == 0],
        "normalised": both,
        "within": judged[judged["budget"] < 1],
        "beyond": judged[judged["budget"] > 1],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The ratio of errors and the loss at the end, by start; the control starts too large."""
    found = select(tables)
    return {
        "ratio": Evidence(*(by(found[part], "alpha", "ratio") for part in ("within", "beyond"))),
        "error": Evidence(*(by(found[part], "alpha", "error") for part in ("within", "beyond"))),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the error by the start; right, that of normalised over that of plain descent.

    Beyond the vertical line the start has a larger ℓ1 norm than the truth. Lines are medians with
    quartiles; plain descent in grey.
    """
    rows = select(tables)
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    look = {"errorbar": parts.QUARTILES, "marker": "o", "ms": 3}
    parts.line(left, rows["plain"], "alpha", "error", color=style.CONTROL, label="plain", **look)
    colours = (style.BLUE, style.GREEN, style.ORANGE, style.PURPLE)
    groups = sorted(rows["normalised"].groupby("radius_step"), reverse=True)
    for colour, (part, each) in zip(colours, groups, strict=False):
        for axes, column in ((left, "error"), (right, "ratio")):
            label = f"radius at {part:g} of the step"
            parts.line(axes, each, "alpha", column, color=colour, label=label, **look)
    starts = rows["plain"]["alpha"]
    edge = float(np.sqrt((starts**2 / rows["plain"]["budget"]).iloc[0]))
    for axes, metric, words in (
        (left, "error", r"$\|w-w^*\|/\|w^*\|$"),
        (right, "ratio", "error / that of plain descent"),
    ):
        axes.axvline(edge, color=style.EDGE, lw=0.7)
        log_axis(axes, "x", 0.8 * starts.min(), 1.25 * starts.max())
        parts.threshold_line(axes, claim.metrics[metric].limit)
        axes.set(xlabel=r"start $\alpha$", ylabel=words)
    log_axis(left, "y", 1e-5, 2)
    log_axis(right, "y", 1e-4, 10)
    style.legend(figure)
    return figure
