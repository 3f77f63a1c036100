"""Depth lets a network learn one coordinate after another from starts that are not so small.

Alone, a coordinate of w = u^N follows w' = w^{2−2/N} (w* − w), up to the unit of time. Two of them
are learned one after another if the larger has nearly arrived before the other has hardly begun.
Together, on a random design, the coordinates come in the order of orthogonal matching pursuit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, by, median, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import NotAbove
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Matrix, Problem, Vector

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Shares of its weight at which a coordinate has nearly arrived, and has hardly begun: ranges.
ARRIVED, BEGUN = (0.8, 0.95), (0.05, 0.2)
#: Ratios below which the exponent is taken; the weight at which a coordinate is in; the largest
#: weight and the ratio between neighbours of the graded ones; the loss at which all are found.
NEAR, IN, LARGEST, GRADE, FITTED = 1.3, 0.1, 10.0, 1.5, 0.01
#: Nodes and weights of an integral over [−1, 1].
NODES, WEIGHTS = np.polynomial.legendre.leggauss(60)


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    ratios : list of float
        Ratios of two weights, above 1, two below 1.3 among them.
    depths : list of float
        Depths N at which two coordinates are looked at, 2 and greater ones among them.
    n : int
        Samples of the random designs.
    p : int
        Columns of them.
    k : int
        Weights that are not zero.
    init : float
        Start α^N of all weights there.
    path_depths : list of float
        Depths there, 2 and greater ones among them; linear regression is run, too.
    """

    ratios: list[float]
    depths: list[float]
    n: int
    p: int
    k: Annotated[int, NotAbove("p")]
    init: float
    path_depths: list[float]


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Largest starts that keep two coordinates apart, and the order of those of a random design.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        In rows of the ``part`` "two", ``log_start`` is the logarithm of the largest start w₀ from
        which the coordinate of weight 1 has nearly arrived before that of weight 1/``ratio`` has
        hardly begun; what these mean is drawn. In those of the part "path", by ``values`` of the
        weights, ``in_order`` says whether the first k coordinates come in the order of orthogonal
        matching pursuit, and ``same`` whether they are the same.
    """
    rows = []
    for replicate, rng in draws.items():
        arrived, begun = rng.uniform(*ARRIVED), rng.uniform(*BEGUN)
        for depth in settings.depths:
            for ratio in settings.ratios:
                keys = {"replicate": replicate, "part": "two", "depth": depth, "ratio": ratio}
                rows.append(keys | {"log_start": log_start(depth, ratio, arrived, begun)})
        for values, problem in _problems(settings, rng):
            pursued = matching_pursuit(problem.X, problem.y, settings.k)
            for depth in (1.0, *settings.path_depths):
                order = _order(problem, depth, settings.init, settings.k)
                keys = {"replicate": replicate, "part": "path", "depth": depth, "values": values}
                found = {"in_order": order == pursued, "same": set(order) == set(pursued)}
                rows.append(keys | found)
    return pd.DataFrame(rows)


def log_start(depth: float, ratio: float, arrived: float, begun: float) -> float:
    """The logarithm of the largest start w₀ that keeps weights 1 and 1/ratio apart.

    From it, the first is at ``arrived`` when the second is at ``begun`` of its weight.
    """

    from scipy.optimize import brentq

    def late(log: float) -> float:
        slower = ratio ** (2 - 2 / depth) * duration(depth, log + np.log(ratio), begun)
        return float(duration(depth, log, arrived) - slower)

    highest = float(np.log(begun / ratio)) - 1e-9
    lowest = -1.0
    while late(lowest) > 0 or lowest >= highest:
        lowest *= 2
    return float(brentq(late, lowest, highest, xtol=1e-12)) if late(highest) > 0 else highest


def duration(depth: float, log: float, end: float) -> float:
    """The time in which w' = w^{2−2/N} (1 − w) leads from e^log to ``end``, for N ≥ 2.

    It is ∫ w^{2/N−2} / (1 − w) dw, whose integrand is w^{2/N−2} + w^{2/N−1} / (1 − w). Of these the
    first has an integral in closed form, the second is N z / (1 − z^N) in z = w^{1/N}.
    """
    power = 1 - 2 / depth
    free = np.log(end) - log if power == 0 else (np.exp(-power * log) - end**-power) / power
    low, high = np.exp(log / depth), end ** (1 / depth)
    z = (high + low) / 2 + (high - low) / 2 * NODES
    return float(free + (high - low) / 2 * (WEIGHTS @ (depth * z / (1 - z**depth))))


def _problems(settings: Settings, rng: np.random.Generator) -> Iterator[tuple[str, Problem]]:
    """Problems on unit columns without noise, whose weights are graded, or random."""
    n, p, k = settings.n, settings.p, settings.k
    X = rng.standard_normal((n, p))
    X /= np.linalg.norm(X, axis=0)
    places = rng.choice(p, k, replace=False)
    graded, exponential = LARGEST * GRADE ** -np.arange(k), 1 + rng.exponential(LARGEST, k)
    for name, values in (("graded", graded), ("exponential", exponential)):
        w = np.zeros(p)
        w[places] = values
        # So that the loss is ‖Xw − y‖² of the unit columns.
        yield name, Problem(np.sqrt(n) * X, np.sqrt(n) * (X @ w), w)


def matching_pursuit(X: Matrix, y: Vector, k: int) -> list[int]:
    """The first k columns of orthogonal matching pursuit, in its order."""
    chosen: list[int] = []
    residual = y
    for _ in range(k):
        chosen.append(int(np.abs(X.T @ residual).argmax()))
        residual = y - X[:, chosen] @ np.linalg.lstsq(X[:, chosen], y, rcond=None)[0]
    return chosen


def _order(problem: Problem, depth: float, init: float, k: int) -> list[int]:
    """The first k coordinates of the flow of u^N, by the times at which they come in."""
    from implicit_sparsity.flow.solve import gradient_flow

    if depth == 1:
        U, singular, Vt = np.linalg.svd(problem.X, full_matrices=False)
        # Up to the step at which the last of the directions is fitted.
        time = np.geomspace(1e-6, 50, 4000) * problem.n / singular[-1] ** 2
        fitted = -np.expm1(-2 / problem.n * np.outer(time, singular**2)) / singular
        w = (fitted * (U.T @ problem.y)) @ Vt
    else:
        path = gradient_flow(
            problem,
            depth,
            init ** (1 / depth),
            one_sided=True,
            until=lambda _, w: bool(np.mean((problem.X @ w - problem.y) ** 2) < FITTED),
        )
        time, w = path.time, path.w
    first = (w > IN).argmax(axis=0)
    came = np.flatnonzero(first > 0)
    before, after = first[came] - 1, first[came]
    part = (IN - w[before, came]) / (w[after, came] - w[before, came])
    arrival = time[before] + part * (time[after] - time[before])
    return [int(j) for j in came[np.argsort(arrival)][:k]]


def select(tables: Tables) -> Tables:
    """The starts of two coordinates, what they say of each draw and depth, and the orders.

    ``exponent`` is the slope of log w₀ in log(r − 1) over the ratios r below 1.3; ``growth`` that
    of log(1/w₀) in 1/(r − 1) between the least two of them, over their mean, so that it is 1 where
    the two are proportional.
    """
    rows = tables["incremental_depth"]
    two, path = (rows[rows["part"] == part] for part in ("two", "path"))
    near = two[two["ratio"] < NEAR]
    found = [
        {"depth": depth, "replicate": replicate, **_laws(part)}
        for (depth, replicate), part in near.groupby(["depth", "replicate"])
    ]
    path = path.astype({"in_order": bool, "same": bool})
    graded, exponential = (path[path["values"] == values] for values in ("graded", "exponential"))
    return {
        "two": two,
        "laws": pd.DataFrame(found),
        "graded": graded[graded["depth"] > 2],
        "graded_shallow": graded[graded["depth"] <= 2],
        "exponential": exponential[exponential["depth"] > 2],
        "exponential_shallow": exponential[exponential["depth"] == 1],
    }


def _laws(rows: pd.DataFrame) -> dict[str, float]:
    """What the starts near ratio 1 say of one draw at one depth."""
    rows = rows.sort_values("ratio")
    log, excess = rows["log_start"].to_numpy(), rows["ratio"].to_numpy() - 1
    x = np.log(excess)
    exponent = float(np.polyfit(x - x.mean(), log, 1)[0])
    growth = np.log(log[0] / log[1]) / np.log(excess[1] / excess[0])
    return {"exponent": exponent, "growth": float(growth)}


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The laws of the starts, and the shares of draws as in matching pursuit, by depth.

    The controls are other depths, so their places are called so.
    """
    found = select(tables)
    laws = found["laws"]
    found |= {"shallow": laws[laws["depth"] == 2], "deep": laws[laws["depth"] > 2]}

    def beside(
        part: str, control: str, values: str, cell: Callable[..., Cell] = median
    ) -> Evidence:
        other = found[control].rename(columns={"depth": "other_depth"})
        return Evidence(
            by(found[part], "depth", values, cell), by(other, "other_depth", values, cell)
        )

    return {
        "exponent": beside("deep", "shallow", "exponent"),
        "growth_at_depth_two": beside("shallow", "deep", "growth"),
        "in_order": beside("graded", "graded_shallow", "in_order", share),
        "same": beside("exponential", "exponential_shallow", "same", share),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the largest start w₀ that keeps two coordinates apart, over what their ratio exceeds 1.

    Lines are medians within quartiles. Middle, what the starts near ratio 1 say: the exponent of
    w₀ in the ratio less 1, and the growth of log(1/w₀), 1 where w₀ is exponentially small. Right,
    shares of draws whose coordinates come as in matching pursuit. Bars are intervals; dashed, the
    thresholds, in the colour of what is judged by them; controls, other depths, in grey.
    """
    rows, found = select(tables), evidence(tables)
    figure, (panels,) = style.panels(1, 3, 2.6, sharey=False)
    left, middle, right = panels
    _draw_starts(left, rows["two"])
    for axes, metric, colour, marker, label, shift in (
        (middle, "exponent", style.PURPLE, "D", "exponent", 0.0),
        (middle, "growth_at_depth_two", style.SKY, "v", "growth", 0.0),
        (right, "in_order", style.BLUE, "o", "same order (graded)", -0.1),
        (right, "same", style.GREEN, "s", "same set (exponential)", 0.1),
    ):
        draw_cells(axes, found[metric].cells, colour, label, marker, shift)
        look = (style.CONTROL, "controls", marker, shift, "other_depth")
        draw_cells(axes, found[metric].control, *look)
    log_axis(middle, "y", 0.1, 100)
    depth_axis(middle, rows["laws"]["depth"])
    depth_axis(right, [1, *rows["graded"]["depth"], *rows["graded_shallow"]["depth"]])
    parts.threshold_line(middle, claim.metrics["exponent"].limit, 2.5, colour=style.PURPLE)
    for end in claim.metrics["growth_at_depth_two"].ends:
        parts.threshold_line(middle, end, right=2.5, colour=style.SKY)
    parts.threshold_line(right, claim.metrics["in_order"].limit, colour=style.BLUE)
    parts.threshold_line(right, claim.metrics["same"].limit, colour=style.GREEN)
    middle.set(ylabel="exponent, growth", title="near ratio 1")
    right.set(ylabel="share of draws", title="as in matching pursuit", ylim=(-0.04, 1.04))
    style.legend(figure)
    return figure


def _draw_starts(axes: Axes, two: pd.DataFrame) -> None:
    """Medians and quartiles of how many powers of ten the starts are below 1, by depth."""
    shown = two.assign(excess=two["ratio"] - 1, power=-two["log_start"] / np.log(10))
    for depth, part in shown.groupby("depth"):
        look = {"color": style.depth_colour(depth), "marker": "o", "ms": 3}
        look |= {"errorbar": parts.QUARTILES, "label": f"$N={depth:g}$"}
        parts.line(axes, part, "excess", "power", **look)
    log_axis(axes, "x", 0.8 * shown["excess"].min(), 1.25 * shown["excess"].max())
    log_axis(axes, "y", 0.8 * shown["power"].min(), 1.25 * shown["power"].max())
    axes.set(
        xlabel="ratio of the weights $- 1$",
        ylabel=r"$\log_{10}(1/w_0)$",
        title="two coordinates",
    )
