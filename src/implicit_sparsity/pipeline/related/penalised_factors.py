"""A penalty on the factors of the weights is a penalty on the weights, less convex with depth.

For w = ω₁ ⊙ … ⊙ ω_D the penalty (λ/D) Σ‖ω_d‖² is at least λ Σ|w_j|^{2/D}, with equality where the
factors have one size. Descent with the one is compared with what the other asks for: at D = 2 with
the Lasso, at greater depths with the equation of a local minimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.synthetic import design

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The true weights and the noise; weights beyond ZERO are on the support.
TRUTH, NOISE, ZERO = (1.0, -1.0, 0.8, -0.6, 0.5), 0.3, 1e-3


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples.
    p : int
        Columns.
    penalty : float
        λ, for the loss (1/n)‖Xw − y‖².
    depths : list of int
        Numbers D of factors, 2 among them.
    iterations : int
        Iterations.
    """

    n: int
    p: int
    penalty: float
    depths: list[int]
    iterations: int


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """What descent with a penalty on the factors leads to, and how far it is from what it should.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw and run. ``form`` is "product" or, at D = 2 only, "powers", u² − v²;
        ``penalty`` is that on the factors over the one that belongs to λ Σ|w|^{2/D}. At D = 2,
        ``distance`` is ‖w − w_Lasso‖_∞. ``gap`` is the belonging penalty on the factors less that
        on the weights; ``stationarity`` and ``stationarity_of_l1`` the largest entries on the
        support of the gradient of the loss plus the penalty, or plus λ‖w‖₁.
    """
    problems, lassos = zip(*(_draw(settings, rng) for rng in draws.values()), strict=True)
    rows = []
    for depth in settings.depths:
        start = 0.3 if depth == 2 else 0.6
        starts = [start * rng.standard_normal((depth, settings.p)) for rng in draws.values()]
        for form, penalty in (
            [("product", 1.0), ("product", 2.0), ("powers", 1.0), ("powers", 0.5)]
            if depth == 2
            else [("product", 1.0), ("product", 0.0)]
        ):
            keys = {"depth": depth, "form": form, "penalty": penalty}
            ends = _run(settings, list(problems), starts, keys)
            for replicate, problem, lasso, end in zip(draws, problems, lassos, ends, strict=True):
                found = _found(settings.penalty, depth, problem, lasso, *end)
                rows.append({"replicate": replicate} | keys | found)
    return pd.DataFrame(rows)


def _draw(settings: Settings, rng: np.random.Generator) -> tuple[Problem, Vector]:
    """A problem and its Lasso, by coordinate descent."""
    from sklearn.linear_model import Lasso

    X = design("rademacher", rng, settings.n, settings.p)
    w = np.zeros(settings.p)
    w[: len(TRUTH)] = TRUTH
    y = X @ w + NOISE * rng.standard_normal(settings.n)
    # scikit-learn halves the loss.
    lasso = Lasso(settings.penalty / 2, fit_intercept=False, tol=1e-12, max_iter=100_000)
    return Problem(X, y, w), lasso.fit(X, y).coef_


def _run(
    settings: Settings, problems: list[Problem], starts: list[Any], keys: dict[str, Any]
) -> list[tuple[Vector, float]]:
    """Weights at the end, and the squared size of all factors."""
    from implicit_sparsity.training import losses, networks, optimisers, train_many

    depth, is_product = keys["depth"], keys["form"] == "product"
    network = networks.Product(depth) if is_product else networks.Diagonal(depth)
    # λ(‖u‖² + ‖v‖²) on u² − v², half of it on u ⊙ v; the decay c stands for the penalty (c/2)‖θ‖².
    belonging = settings.penalty * (2 / depth if is_product else 2)
    paths = train_many(
        problems,
        network,
        losses.squared,
        optimisers.descent(0.01 if depth == 2 else 0.003, decay=keys["penalty"] * belonging),
        alpha=starts if is_product else [np.abs(start[0]) for start in starts],
        iterations=settings.iterations,
        record_at=[settings.iterations],
    )
    share = 1 / depth if is_product else 1
    factors = [path.parameters if is_product else list(path.parameters.values()) for path in paths]
    return [
        (path.w[-1], share * float(np.sum(np.square(parts))))
        for path, parts in zip(paths, factors, strict=True)
    ]


def _found(
    penalty: float, depth: int, problem: Problem, lasso: Vector, w: Vector, size: float
) -> dict[str, float]:
    gradient = 2 / problem.n * problem.X.T @ (problem.X @ w - problem.y)
    on = np.abs(w) > ZERO
    slope = 2 / depth * np.abs(w[on]) ** (2 / depth - 1)
    known = bool(on.any())
    errors = [
        float(np.abs(gradient[on] + penalty * s * np.sign(w[on])).max()) if known else np.nan
        for s in (slope, np.ones_like(slope))
    ]
    return {
        "distance": float(np.abs(w - lasso).max()) if depth == 2 else np.nan,
        "gap": penalty * abs(size - float(np.sum(np.abs(w) ** (2 / depth)))),
        "stationarity": errors[0],
        "stationarity_of_l1": errors[1],
    }


def select(tables: Tables) -> Tables:
    """Runs with the belonging penalty and with another, at D = 2 and beyond."""
    rows = tables["penalised_factors"]
    belongs, two = rows["penalty"] == 1, rows["depth"] == 2
    return {
        "two": rows[two & belongs],
        "two_other": rows[two & ~belongs],
        "deep": rows[~two & belongs],
        "deep_without": rows[~two & ~belongs],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The distance from the Lasso by form; the gap and the stationarity by depth."""
    found = select(tables)
    deep = found["deep"]
    return {
        "lasso_distance": Evidence(
            *(by(found[part], "form", "distance") for part in ("two", "two_other"))
        ),
        "gap": Evidence(*(by(found[part], "depth", "gap") for part in ("deep", "deep_without"))),
        "stationarity": Evidence(
            by(deep, "depth", "stationarity"), by(deep, "depth", "stationarity_of_l1")
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, distance from the Lasso at D = 2; right, how far a local minimum is missed beyond.

    On the right, stationarity is the largest entry of the gradient on the support, and the gap is
    what the penalty on the factors is above that on the weights; both have their threshold. Light
    points are draws, strong ones medians; controls in grey: twice the penalty, or half of it, on
    the left; no penalty, and the equation of the ℓ1 norm, on the right.
    """
    rows = select(tables)
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    least = 1e-17
    forms = ["product", "powers"]
    for part, colour, label in (
        ("two", style.BLUE, "distance"),
        ("two_other", style.CONTROL, "other penalty (control)"),
    ):
        # Their places on the axis stand in for depths.
        shown = rows[part].assign(depth=rows[part]["form"].map(forms.index))
        for _, one in shown.groupby("form"):
            parts.by_depth(
                left,
                one.assign(distance=one["distance"].clip(lower=least)),
                "distance",
                colour,
                label,
                marker="D",
            )
    left.set_xticks([0, 1], labels=[r"$u\odot v$", "$u^2-v^2$"])
    left.set(xlim=(-0.5, 1.5), title="$D=2$", ylabel=r"$\|w-w_{\mathrm{Lasso}}\|_\infty$")
    for part, column, colour, label, shift, marker in (
        ("deep", "stationarity", style.BLUE, "stationarity", -0.2, "o"),
        (
            "deep",
            "stationarity_of_l1",
            style.CONTROL,
            r"for $\ell_1$ (control)",
            -0.1,
            "o",
        ),
        ("deep", "gap", style.GREEN, "gap", 0.1, "s"),
        ("deep_without", "gap", style.CONTROL, "no penalty (control)", 0.2, "s"),
    ):
        shown = rows[part].assign(**{column: rows[part][column].clip(lower=least)})
        parts.by_depth(right, shown, column, colour, label, shift, marker)
    depth_axis(right, rows["deep"]["depth"])
    right.set(title="$D>2$", xlabel="factors $D$", ylabel="stationarity or gap")
    for axes, metric in ((left, "lasso_distance"), (right, "stationarity"), (right, "gap")):
        parts.threshold_line(axes, claim.metrics[metric].limit)
        log_axis(axes, "y", least / 3, 50)
    style.legend(figure)
    return figure
