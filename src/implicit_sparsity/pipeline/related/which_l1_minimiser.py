"""Of several weights of least ℓ1 norm, the depth chooses which one a small start leads to.

Two families of problems. On the first, all weights on a segment have the least ℓ1 norm; on it,
depth 2 is said to choose the least Σ|w| log|w|, and greater depths the largest Σ|w|^{2/N}. On the
second, X = [1, 1 − ε] and y = 1, a single weight has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from implicit_sparsity.metrics import relative_error
from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem, Vector

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The start α^N at which distances are judged; slopes are over the smaller ones, too.
JUDGED = 1e-6
#: The largest dual variable off the segment, and the range of ε.
OFF, EPSILON = 0.25, (0.2, 0.4)


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples of the first family; n + 1 columns share the segment.
    others : int
        Further columns of the first family.
    depths : list of float
        Depths N, 2 and 3 among them.
    init : list of float
        Starts α^N, 10⁻⁶ and smaller ones among them.
    """

    n: int
    others: int
    depths: list[float]
    init: list[float]


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Distances of the interpolating limit from the predicted weights, and from other ones.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, family, depth and start: ``distance`` is relative, in the family
        "segment" from the weights that the depth is predicted to choose, and
        ``distance_from_other`` from those of another depth; in the family "single" it is that from
        the one minimiser, and ``epsilon`` is ε.
    """
    rows = [
        {"replicate": replicate, "depth": depth, "init": init} | row
        for replicate, rng in draws.items()
        for depth, init, row in _of_draw(settings, rng)
    ]
    return pd.DataFrame(rows)


def _of_draw(
    settings: Settings, rng: np.random.Generator
) -> Iterator[tuple[float, float, dict[str, Any]]]:
    from implicit_sparsity.theory.limits import interpolating_limit

    problem, inside, along = segment(settings.n, settings.others, rng)
    predicted = {depth: chosen(inside, along, depth) for depth in settings.depths}
    depths = settings.depths
    for i, depth in enumerate(depths):
        other = predicted[depths[i + 1] if i + 1 < len(depths) else depths[i - 1]]
        for init in settings.init:
            w = interpolating_limit(problem, depth, init ** (1 / depth))
            distances = {
                "distance": relative_error(w, predicted[depth]),
                "distance_from_other": relative_error(w, other),
            }
            yield depth, init, {"family": "segment"} | distances
    epsilon = float(rng.uniform(*EPSILON))
    single = Problem(np.array([[1.0, 1.0 - epsilon]]), np.ones(1))
    for depth in depths:
        for init in settings.init:
            w = interpolating_limit(single, depth, init ** (1 / depth))
            distance = relative_error(w, [1.0, 0.0])
            yield depth, init, {"family": "single", "distance": distance, "epsilon": epsilon}


def segment(n: int, others: int, rng: np.random.Generator) -> tuple[Problem, Vector, Vector]:
    """A random problem whose weights of least ℓ1 norm are a segment.

    With a dual vector ν, |x_jᵀν| is 1 for n + 1 columns and less for the others, so that weights
    of the signs of x_jᵀν on the former have the least norm.

    Returns
    -------
    tuple
        The problem, weights inside of the segment, and its direction.
    """

    from scipy.linalg import null_space

    p = n + 1 + others
    dual = rng.standard_normal(n)
    dual /= np.linalg.norm(dual)
    edge = rng.choice([-1.0, 1.0], n + 1)
    sizes = np.concatenate([edge, rng.uniform(-OFF, OFF, others)])
    X = rng.standard_normal((n, p))
    X += np.outer(dual, sizes - dual @ X)
    inside = np.concatenate([edge * rng.uniform(0.5, 1.5, n + 1), np.zeros(others)])
    along = np.concatenate([null_space(X[:, : n + 1])[:, 0], np.zeros(others)])
    return Problem(X, X @ inside), inside, along


def chosen(inside: Vector, along: Vector, depth: float) -> Vector:
    """The weights on a segment that the flow of a depth is predicted to choose, as α → 0.

    For N = 2 they have the least Σ|w| log|w|, for N > 2 the largest Σ|w|^{2/N}. The derivative
    along the segment has a single root.
    """

    from scipy.optimize import brentq

    used = inside != 0
    size, rate = np.abs(inside[used]), (np.sign(inside) * along)[used]
    low = float((-size[rate > 0] / rate[rate > 0]).max())
    high = float((-size[rate < 0] / rate[rate < 0]).min())

    def slope(share: float) -> float:
        at = size + (low + share * (high - low)) * rate
        power = -np.log(at) if depth == 2.0 else at ** (2.0 / depth - 1.0)
        return float(rate @ power)

    share = brentq(slope, 1e-12, 1 - 1e-12, xtol=1e-15)
    return np.asarray(inside + (low + share * (high - low)) * along)


def select(tables: Tables) -> Tables:
    """The rows of each family, and of each draw and depth the slopes over the smallest starts.

    A slope is that of the logarithm of the distance in that of α^N.
    """
    rows = tables["which_l1_minimiser"]
    families = {name: rows[rows["family"] == name] for name in ("segment", "single")}
    small = rows[rows["init"] <= JUDGED * (1 + 1e-9)]
    slopes = [
        {"family": family, "depth": depth, "replicate": replicate} | _slopes(part)
        for (family, depth, replicate), part in small.groupby(["family", "depth", "replicate"])
    ]
    return families | {"slopes": pd.DataFrame(slopes)}


def _slopes(rows: pd.DataFrame) -> dict[str, float]:
    """Those of one draw at one depth."""
    x = np.log(rows["init"].to_numpy())
    x -= x.mean()
    slope, other = (
        float(np.polyfit(x, np.log(rows[column].to_numpy()), 1)[0])
        for column in ("distance", "distance_from_other")
    )
    epsilon = float(rows["epsilon"].iloc[0])
    return {"slope": slope, "slope_from_other": other, "slope_over_epsilon": slope / epsilon}


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The distance by depth, and the slopes; the control is another depth's prediction."""
    found = select(tables)
    judged = found["segment"][np.isclose(found["segment"]["init"], JUDGED)]
    slopes = found["slopes"]
    deep = slopes[(slopes["family"] == "segment") & (slopes["depth"] >= 3)]
    single = slopes[slopes["family"] == "single"]
    shallow, control = (single[single["depth"] == depth] for depth in (2, 3))
    return {
        "distance": Evidence(
            by(judged, "depth", "distance"), by(judged, "depth", "distance_from_other")
        ),
        "slope": Evidence(by(deep, "depth", "slope"), by(deep, "depth", "slope_from_other")),
        "slope_at_depth_two": Evidence(
            by(shallow, "family", "slope_over_epsilon"), by(control, "family", "slope_over_epsilon")
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Distance of the limit from the predicted weights of least ℓ1 norm, over the start.

    Left, where a segment has the least norm; in grey, from what another depth is predicted to
    choose. It is judged at the start of the dotted line, with the threshold beside. Middle, on
    X = [1, 1 − ε], where a single weight has it. Lines are medians within quartiles. Right, slopes
    of the lines from there down: of the left, for N ≥ 3, and of the middle over ε, for N = 2, each
    with its thresholds. Points are medians with intervals; controls in grey are the distance from
    what another depth chooses, and N = 3 for N = 2.
    """
    rows = select(tables)
    figure, ((left, middle, right),) = style.panels(1, 3, 2.6, sharey=False)
    for axes, family in ((left, "segment"), (middle, "single")):
        _by_start(axes, rows[family])
    for depth, part in rows["segment"].groupby("depth"):
        label = "controls" if depth == 2 else "_"
        look = {"color": style.CONTROL, "lw": 0.8, "zorder": 1.5, "errorbar": parts.QUARTILES}
        parts.line(left, part, "init", "distance_from_other", label=label, **look)
    left.axvline(JUDGED, color=style.EDGE, lw=0.7, ls=":", label="judged start")
    starts = rows["segment"]["init"]
    for axes in (left, middle):
        log_axis(axes, "x", 0.5 * starts.min(), 2 * starts.max())
        axes.set_xlabel(r"start $\alpha^N$")
    parts.threshold_line(left, claim.metrics["distance"].limit)
    least = min(rows[family]["distance"].min() for family in ("segment", "single"))
    for axes in (left, middle):
        log_axis(axes, "y", 0.3 * min(least, claim.metrics["distance"].limit), 5)
    left.set(ylabel="relative distance", title="a segment of least norm")
    middle.set_title(r"$X=[1,\;1-\varepsilon]$")
    _draw_slopes(right, evidence(tables), claim)
    style.legend(figure)
    return figure


def _draw_slopes(axes: Axes, found: dict[str, Evidence], claim: Claim) -> None:
    """Both slopes by depth, with their thresholds and controls."""
    deep, shallow = found["slope"], found["slope_at_depth_two"]
    at_two, at_three = (
        [replace(cell, place={"depth": depth}) for cell in cells]
        for depth, cells in ((2, shallow.cells), (3, shallow.control))
    )
    for cells, colour, marker, label, shift in (
        (deep.cells, style.BLUE, "o", "slope", -0.1),
        (deep.control, style.CONTROL, "o", "controls", -0.1),
        (at_two, style.GREEN, "s", r"slope / $\varepsilon$", 0.1),
        (at_three, style.CONTROL, "s", "controls", 0.1),
    ):
        draw_cells(axes, cells, colour, label, marker, shift)
    depth_axis(axes, [2, 3, *(float(str(cell.place["depth"])) for cell in deep.cells)])
    for metric, colour, reach in (
        ("slope", style.BLUE, {"left": 2.5}),
        ("slope_at_depth_two", style.GREEN, {"right": 2.5}),
    ):
        for end in claim.metrics[metric].ends:
            parts.threshold_line(axes, end, colour=colour, **reach)
    axes.set(ylabel=r"slope in $\alpha^N$", title="slopes")


def _by_start(axes: Axes, rows: pd.DataFrame) -> None:
    """Medians and quartiles of the distance over the start, by depth."""
    for (depth, part), marker in zip(rows.groupby("depth"), "os^Dv<>", strict=False):
        look = {"color": style.depth_colour(depth), "marker": marker, "ms": 3.5}
        label = f"$N={depth:g}$"
        parts.line(axes, part, "init", "distance", errorbar=parts.QUARTILES, label=label, **look)
