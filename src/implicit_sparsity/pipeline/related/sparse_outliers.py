"""Outliers told from the signal: by sparse weights of their own, or by the loss of least ℓ1 norm.

With a weight s_i = u_i² − v_i² for each sample beside linear weights θ, descent on ½‖Xθ + s − y‖²
leads near the convex solution: least ½‖θ‖² + λ‖s‖₁ among those that fit, where λ = −log γ / (2a)
comes from the start u = v = γ and from a, the step of u and v over that of θ. (Derived here.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from implicit_sparsity.formatting import mathtext_number
from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import Among, OneForEach
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, level_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.problems.synthetic import design

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Rank of X and outliers beside separate weights; the true weights beside the absolute loss.
RANK, OUTLIERS, TRUTH = 3, 3, (1.0, -1.0, 1.0, -0.5, 0.5)
#: Steps: of separate weights; with absolute loss, how many are long, and the fall of the others.
STEP, LONG, FALL = 0.02, 4000, 0.998


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples beside separate weights.
    p : int
        Columns there.
    penalty : list of float
        λ there, the least too small to tell outliers from the signal.
    init : list of float
        Starts γ there, from a large one down.
    judged : float
        The start that is judged.
    separate_iterations : int
        Iterations there.
    absolute_n : int
        Samples beside the absolute loss.
    absolute_p : int
        Columns there.
    share : list of float
        Shares of outliers there.
    depths : list of int
        Depths N there.
    alpha : list of float
        Their starts α.
    absolute_iterations : int
        Iterations there.
    """

    n: int
    p: int
    penalty: list[float]
    init: list[float]
    judged: Annotated[float, Among("init")]
    separate_iterations: int
    absolute_n: int
    absolute_p: int
    share: list[float]
    depths: list[int]
    alpha: Annotated[list[float], OneForEach("depths")]
    absolute_iterations: int


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Distances from the convex solution and from the outliers, and errors with absolute loss.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        In rows of the ``part`` "separate", for each λ and γ, ``distance`` is that of (θ, s) from
        the convex solution and ``separation`` ‖s − s*‖ / ‖s*‖. In those of the part "loss",
        ``error`` is the last ‖w − w*‖², ``run`` "absolute", "squared" (at depth 2) or "linear"
        (N = 1, absolute loss), and ``share`` that of outliers.
    """
    return pd.DataFrame([*_separate(settings, draws), *_by_loss(settings, draws)])


def _separate(settings: Settings, draws: Draws) -> list[dict[str, Any]]:
    from implicit_sparsity.training import losses, networks, optimisers, train_many

    n, p = settings.n, settings.p
    cells, problems, targets = [], [], []
    for replicate, rng in draws.items():
        U, V = (np.linalg.qr(rng.standard_normal((size, RANK)))[0] for size in (n, p))
        outliers = np.zeros(n)
        outliers[rng.permutation(n)[:OUTLIERS]] = 3 * rng.choice([-1.0, 1.0], OUTLIERS)
        X, y = U @ V.T, U @ rng.standard_normal(RANK) + outliers
        for penalty in settings.penalty:
            theta = convex_solution(X, y, penalty)
            for init in settings.init:
                # The step of θ is in the scale of its columns, so that all steps are the same; the
                # factor turns the mean of squares into half of their sum.
                scale = np.sqrt(2 * penalty / -np.log(init))
                whole = np.sqrt(n / 2) * np.hstack([scale * X, np.eye(n)])
                problems.append(Problem(whole, np.sqrt(n / 2) * y))
                targets.append((scale, theta, y - X @ theta, outliers))
                cells.append({"replicate": replicate, "penalty": penalty, "init": init})
    last = settings.separate_iterations
    network, optimiser = networks.WithOutliers(n), optimisers.descent(STEP)
    alphas = [cell["init"] for cell in cells]
    paths = train_many(problems, network, losses.squared, optimiser, alphas, last, [last])
    rows = []
    for cell, path, (scale, theta, sparse, outliers) in zip(cells, paths, targets, strict=True):
        off = np.concatenate([scale * path.w[-1, :p] - theta, path.w[-1, p:] - sparse])
        missed = path.w[-1, p:] - outliers
        found = {
            "distance": float(np.linalg.norm(off)),
            "separation": float(np.linalg.norm(missed) / np.linalg.norm(outliers)),
        }
        rows.append({"part": "separate", "judged": cell["init"] == settings.judged} | cell | found)
    return rows


def convex_solution(X: Matrix, y: Vector, penalty: float) -> Vector:
    """θ of least ½‖θ‖² + λ‖y − Xθ‖₁, by coordinate ascent on the dual variables in [−λ, λ]."""
    dual, theta = np.zeros(len(y)), np.zeros(X.shape[1])
    sizes = (X**2).sum(axis=1)
    for _ in range(10_000):
        moved = 0.0
        for i, row in enumerate(X):
            better = np.clip(dual[i] + (y[i] - row @ theta) / sizes[i], -penalty, penalty)
            theta += (better - dual[i]) * row
            moved, dual[i] = max(moved, abs(better - dual[i])), better
        if moved < 1e-13:
            break
    return theta


def _by_loss(settings: Settings, draws: Draws) -> list[dict[str, Any]]:
    from implicit_sparsity.training import losses, networks, optimisers, train_many

    # One optimiser for all, so that what is compiled is kept.
    long, short = (optimisers.descent(_Falling(step)) for step in (STEP, STEP / 20))
    runs: list[tuple[Any, ...]] = [
        ("absolute", depth, networks.Diagonal(depth), losses.absolute, alpha, long)
        for depth, alpha in zip(settings.depths, settings.alpha, strict=True)
    ]
    # Gradients of the squared loss are as much larger as outliers are than 1.
    runs.append(("squared", 2, networks.Diagonal(2), losses.squared, settings.alpha[0], short))
    runs.append(("linear", 1, networks.Product(1), losses.absolute, 1.0, long))
    rows, last = [], settings.absolute_iterations
    for share in settings.share:
        problems = [_contaminated(settings, share, rng) for rng in draws.values()]
        for run, depth, network, loss, alpha, optimiser in runs:
            paths = train_many(problems, network, loss, optimiser, alpha, last, [last])
            keys = {"part": "loss", "run": run, "depth": depth, "share": share}
            rows += [
                {"replicate": replicate} | keys | {"error": float(path.trace.error[-1])}
                for replicate, path in zip(draws, paths, strict=True)
            ]
    return rows


@dataclass(frozen=True)
class _Falling:
    """A schedule: long steps, and then steps that fall exponentially."""

    step: float

    def __call__(self, iteration: Any) -> Any:
        return self.step * FALL ** ((iteration > LONG) * (iteration - LONG))


def _contaminated(settings: Settings, share: float, rng: np.random.Generator) -> Problem:
    n, p = settings.absolute_n, settings.absolute_p
    X = design("gaussian", rng, n, p)
    w, noise = np.zeros(p), np.zeros(n)
    w[: len(TRUTH)] = TRUTH
    places = rng.permutation(n)[: round(share * n)]
    noise[places] = 20 * rng.standard_normal(places.size)
    return Problem(X, X @ w + noise, w)


def select(tables: Tables) -> Tables:
    """Separate weights by λ and γ, and the absolute loss with few outliers and with many.

    Few are those of the claim's condition.
    """
    rows = tables["sparse_outliers"]
    separate, by_loss = (rows[rows["part"] == part] for part in ("separate", "loss"))
    told = separate["penalty"] > separate["penalty"].min()
    judged = separate["judged"].eq(True)  # objects, where other rows have none
    large = separate["init"] == separate["init"].max()
    few, absolute = by_loss["inside"], by_loss["run"] == "absolute"
    return {
        "separate": separate,
        "judged": separate[told & judged],
        "large": separate[told & large],
        "blind": separate[~told & judged],
        "few": by_loss[few & absolute],
        "many": by_loss[~few & absolute],
        "other": by_loss[few & ~absolute],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """Distance and separation by λ, and the error of the absolute loss by depth."""
    found = select(tables)
    many = by(found["many"], ["depth", "share"], "error") if len(found["many"]) else []
    return {
        "convex_distance": Evidence(
            *(by(found[part], "penalty", "distance") for part in ("judged", "large"))
        ),
        "separation": Evidence(
            *(by(found[part], "penalty", "separation") for part in ("judged", "blind"))
        ),
        "absolute_error": Evidence(
            by(found["few"], ["depth", "share"], "error"),
            by(found["other"], ["run", "share"], "error"),
            outside=many,
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, distance of separate weights from the convex solution; middle, of s from the outliers.

    Right, errors of the absolute loss. Light points are draws, strong ones medians with intervals:
    filled where they are judged, open where they are not. Controls in grey: on the left the largest
    start γ, in the middle the least λ, on the right the squared loss and the absolute one without
    depth.
    """
    rows = select(tables)
    figure, ((left, middle, right),) = style.panels(1, 3, 2.6, sharey=False)
    _draw_distances(left, rows)
    levels = sorted(rows["separate"]["penalty"].unique())
    for part, colour in (("judged", style.BLUE), ("blind", style.CONTROL)):
        shown = rows[part].assign(depth=rows[part]["penalty"].map(levels.index))
        _draw_draws(middle, shown, "separation", colour, "_")
    share = {part: rows[part]["share"].iloc[0] for part in ("few", "many")}
    for part, colour, shift, marker in (
        ("few", style.VERMILION, -0.1, "o"),
        ("many", style.ORANGE, 0.1, "v"),
    ):
        label = f"{share[part]:.0%} outliers"
        _draw_draws(right, rows[part], "error", colour, label, shift, marker, part == "few")
    for _, part in rows["other"].groupby("run"):
        _draw_draws(right, part, "error", style.CONTROL, "controls", -0.1, "s")
    for axes, metric in (
        (left, "convex_distance"),
        (middle, "separation"),
        (right, "absolute_error"),
    ):
        parts.threshold_line(axes, claim.metrics[metric].limit)
    log_axis(middle, "y", 1e-10, 10)
    level_axis(middle, levels)
    depth_axis(right, [1, *rows["few"]["depth"]])
    log_axis(right, "y", 1e-6, 1e4)
    middle.set(xlabel=r"$\lambda$", ylabel=r"$\|s-s^*\|/\|s^*\|$", title="told apart")
    right.set(ylabel=r"last $\|w-w^*\|^2$", title="absolute loss")
    style.legend(figure)
    return figure


def _draw_distances(axes: Axes, rows: Tables) -> None:
    """Distances from the convex solution over the start, side by side for each λ."""
    separate = rows["separate"]
    starts = sorted(separate["init"].unique())
    colours = (style.PURPLE, style.BLUE, style.GREEN, style.SKY, style.ORANGE)
    penalties = separate.groupby("penalty")
    shifts = 0.2 * (np.arange(len(penalties)) - (len(penalties) - 1) / 2)
    for colour, shift, (penalty, part) in zip(colours, shifts, penalties, strict=False):
        place = part["init"].map(starts.index) + shift
        axes.plot(part.groupby(place)["distance"].median(), color=colour, lw=0.8)
        for _, each in part.assign(depth=place).groupby("init"):
            judged, large = (each.index[0] in rows[kind].index for kind in ("judged", "large"))
            look = (style.CONTROL, "controls") if large else (colour, rf"$\lambda={penalty:g}$")
            _draw_draws(axes, each, "distance", *look, filled=judged or large)
    axes.set_xticks(range(len(starts)), [f"${mathtext_number(start)}$" for start in starts])
    axes.set_xlim(-0.5, len(starts) - 0.5)
    log_axis(axes, "y", separate["distance"].min() / 3, 3 * separate["distance"].max())
    axes.set(xlabel=r"start $\gamma$", ylabel="distance from the convex solution")
    axes.set_title("a weight for each sample")


def _draw_draws(
    axes: Axes,
    rows: pd.DataFrame,
    column: str,
    colour: str,
    label: str,
    shift: float = 0.0,
    marker: str = "o",
    filled: bool = True,
) -> None:
    """Draws as light points over their depth, and medians with their intervals."""
    shown = rows.assign(depth=rows["depth"] + shift)
    parts.points(axes, shown, "depth", column, color=colour, marker=marker)
    fill: dict[str, Any] = {} if filled else {"mfc": "white", "mew": 1}
    draw_cells(axes, by(shown, "depth", column), colour, label, marker, **fill)
