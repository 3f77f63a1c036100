"""The start moves the interpolating limit from that of least ℓ2 norm to that of least ℓ1 norm."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, by, median
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import least_and_most
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import NotAbove
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem, Vector

if TYPE_CHECKING:
    from matplotlib.axes import Axes
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
        Non-zero weights of the sparse truth, whose norm is 1 as that of the dense one.
    noise : float
        Standard deviation of the Gaussian noise.
    depths : list of float
        Depths N.
    alpha : list of float
        Starts α.
    """

    n: int
    p: int
    k: Annotated[int, NotAbove("p")]
    noise: float
    depths: list[float]
    alpha: list[float]


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Squared errors of the limits from each start, for a sparse and a dense truth.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, truth, depth and start: ``error``, and the errors ``l1_error`` and
        ``l2_error`` of the weights of least ℓ1 and of least ℓ2 norm that fit the data.
    """

    from implicit_sparsity.theory.basis_pursuit import basis_pursuit
    from implicit_sparsity.theory.limits import interpolating_limit

    rows = []
    for replicate, rng in draws.items():
        for truth, problem in _problems(settings, rng).items():
            beside = {
                "l1_error": _error(problem, basis_pursuit(problem)),
                "l2_error": _error(problem, np.asarray(np.linalg.lstsq(problem.X, problem.y)[0])),
            }
            for depth in settings.depths:
                for alpha in settings.alpha:
                    error = _error(problem, interpolating_limit(problem, depth, alpha))
                    keys = {"replicate": replicate, "truth": truth, "depth": depth, "alpha": alpha}
                    rows.append(keys | {"error": error} | beside)
    return pd.DataFrame(rows)


def _problems(settings: Settings, rng: np.random.Generator) -> dict[str, Problem]:
    """Two truths with the same design and noise."""
    n, p, k = settings.n, settings.p, settings.k
    X = rng.standard_normal((n, p))
    noise = settings.noise * rng.standard_normal(n)
    sparse, dense = np.zeros(p), rng.standard_normal(p) / np.sqrt(p)
    sparse[:k] = 1 / np.sqrt(k)
    return {
        truth: Problem(X, X @ w + noise, w) for truth, w in (("sparse", sparse), ("dense", dense))
    }


def _error(problem: Problem, w: Vector) -> float:
    return float(np.sum((w - problem.truth) ** 2))


def select(tables: Tables) -> Tables:
    """The sparse and the dense truth, and the starts at which the error has half changed.

    "ends" has the rows of the largest and the smallest start: ``over_l2`` is the error over that of
    least ℓ2 norm, ``from_l1`` its distance from that of least ℓ1 norm, ``gain`` the error at the
    smallest start over that at the largest.
    """
    rows = tables["limit_by_start"]
    sparse = rows[rows["truth"] == "sparse"]
    least, most = least_and_most(rows, "alpha")
    keys = ["replicate", "truth", "depth"]
    ends = pd.concat([least.assign(start="smallest"), most.assign(start="largest")])
    ends = ends.merge(most[[*keys, "error"]], on=keys, suffixes=("", "_at_largest"))
    ends = ends.assign(
        over_l2=ends["error"] / ends["l2_error"],
        from_l1=(ends["error"] - ends["l1_error"]).abs(),
        gain=ends["error"] / ends["error_at_largest"],
    )
    places = [
        {"depth": depth, "replicate": replicate, "half": _half(part)}
        for (depth, replicate), part in sparse.groupby(["depth", "replicate"])
    ]
    dense = rows[rows["truth"] == "dense"]
    return {"sparse": sparse, "dense": dense, "ends": ends, "half": pd.DataFrame(places)}


def _half(rows: pd.DataFrame) -> float:
    """The start at which the error lies half-way between those of least ℓ1 and ℓ2 norm.

    Between the largest start below it and the next, log α is linear in the error.
    """
    rows = rows.sort_values("alpha")
    middle = float((rows["l1_error"] + rows["l2_error"]).iloc[0]) / 2
    error, start = rows["error"].to_numpy(), np.log(rows["alpha"].to_numpy())
    above = int(np.argmax(error > middle))
    if above == 0:
        return np.nan
    share = (middle - error[above - 1]) / (error[above] - error[above - 1])
    return float(np.exp(start[above - 1] + share * (start[above] - start[above - 1])))


def evidence(tables: Tables) -> dict[str, Evidence]:
    """Errors at either end, what sparsity gains, and how the half-way start moves with depth."""
    found = select(tables)
    ends = found["ends"]
    sparse, dense = (ends[ends["truth"] == truth] for truth in ("sparse", "dense"))
    least, most = (sparse[sparse["start"] == start] for start in ("smallest", "largest"))
    deep = [rows[rows["depth"] >= 3] for rows in (least, most)]
    return {
        "error_over_l2": Evidence(by(most, "depth", "over_l2"), by(least, "depth", "over_l2")),
        "error_from_l1": Evidence(*(by(rows, "depth", "from_l1") for rows in deep)),
        "gain": Evidence(
            by(least, "depth", "gain"),
            by(dense[dense["start"] == "smallest"], "depth", "gain"),
        ),
        "half_way": _moves(found["half"]),
    }


def _moves(half: pd.DataFrame) -> Evidence:
    """The half-way start over that of the depth before; control: over the next problem's."""
    wide = half.pivot(index="replicate", columns="depth", values="half")
    judged: list[Cell] = []
    control: list[Cell] = []
    for before, depth in pairwise(wide.columns):
        place = {"depth": depth}
        judged.append(median(place, wide[depth] / wide[before]))
        control.append(median(place, wide[depth].to_numpy() / np.roll(wide[depth].to_numpy(), 1)))
    return Evidence(judged, control)


def draw(tables: Tables, claim: Claim) -> Figure:
    """Squared error of the interpolating limit over the start, for a sparse and a dense truth.

    Lines are medians within quartiles, by depth; dashed are the weights of least ℓ1 and of least
    ℓ2 norm. The threshold is of the gain: the error at the smallest start, by that at the largest.
    Diamonds are the median starts at which the error is half-way. For the dense truth, the control,
    a small start must be worse.
    """
    rows = select(tables)
    figure, ((left, right),) = style.panels(1, 2, 2.5)
    for axes, truth in ((left, "sparse"), (right, "dense")):
        _by_start(axes, rows[truth])
        largest = least_and_most(rows[truth], "alpha")[1]["error"].median()
        parts.threshold_line(axes, claim.metrics["gain"].limit * largest)
        axes.set(xlabel=r"start $\alpha$", title=f"{truth} truth")
    right.set_title("dense truth (control)")
    middle = rows["sparse"][["l1_error", "l2_error"]].mean(axis=1).median()
    for depth, start in rows["half"].groupby("depth")["half"].median().items():
        look = {"ms": 4.5, "mfc": "w", "mec": style.depth_colour(float(str(depth))), "zorder": 3}
        left.plot(start, middle, "D", **look)
    every = tables["limit_by_start"]
    for axes in (left, right):
        log_axis(axes, "x", 0.7 * every["alpha"].min(), 1.4 * every["alpha"].max())
    log_axis(left, "y", 0.6 * every["error"].min(), 2 * every["error"].max())
    left.set_ylabel(r"$\|w_\infty-w^*\|^2$")
    style.legend(figure)
    return figure


def _by_start(axes: Axes, rows: pd.DataFrame) -> None:
    """Medians and quartiles of the error over the start, by depth, and the two norms' errors."""
    for depth, part in rows.groupby("depth"):
        look = {"color": style.depth_colour(depth), "marker": "o", "ms": 3}
        label = f"$N={depth:g}$"
        parts.line(axes, part, "alpha", "error", errorbar=parts.QUARTILES, label=label, **look)
    for norm, colour in (("l1", style.BLUE), ("l2", style.GREEN)):
        level = float(rows.groupby("replicate")[f"{norm}_error"].first().median())
        label = rf"least $\ell_{norm[1]}$ norm"
        axes.axhline(level, color=colour, lw=0.9, ls=style.DASHED, zorder=1, label=label)
