"""Without noise, the limit from a small start has about the least ℓ1 norm, and recovers as much."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from implicit_sparsity.metrics import relative_error
from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, bootstrapped, by, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import least_and_most
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import NotAbove
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Relative error below which the truth counts as recovered; the least part of a norm above another
#: that is drawn.
RECOVERED, LEAST = 1e-2, 1e-6


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : list of int
        Numbers of samples.
    p : int
        Columns, of Gaussian entries of variance 1/n.
    k : list of int
        Numbers of non-zero weights, standard normal at random places.
    depths : list of float
        Depths N.
    init : list of float
        Starts α^N; the largest is the control.
    """

    n: list[int]
    p: int
    k: Annotated[list[int], NotAbove("p")]
    depths: list[float]
    init: list[float]


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Norm and error of the limit, beside those of basis pursuit.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, n, k, depth and start: ``norm_over_least``, ‖w‖₁ over that of basis
        pursuit; ``error`` and ``error_of_least``, relative errors of both.
    """

    from implicit_sparsity.theory.basis_pursuit import basis_pursuit
    from implicit_sparsity.theory.limits import interpolating_limit

    rows = []
    for replicate, rng in draws.items():
        for n, k in product(settings.n, settings.k):
            problem = _problem(n, settings.p, k, rng)
            least = basis_pursuit(problem)
            error_of_least = relative_error(least, problem.truth)
            for depth, init in product(settings.depths, settings.init):
                w = interpolating_limit(problem, depth, init ** (1 / depth))
                keys = {"replicate": replicate, "n": n, "k": k, "depth": depth, "init": init}
                found = {
                    "norm_over_least": float(np.abs(w).sum() / np.abs(least).sum()),
                    "error": relative_error(w, problem.truth),
                    "error_of_least": error_of_least,
                }
                rows.append(keys | found)
    return pd.DataFrame(rows)


def _problem(n: int, p: int, k: int, rng: np.random.Generator) -> Problem:
    X = rng.standard_normal((n, p)) / np.sqrt(n)
    w = np.zeros(p)
    w[rng.choice(p, k, replace=False)] = rng.standard_normal(k)
    return Problem(X, X @ w, w)


def select(tables: Tables) -> Tables:
    """Rows from the small start and from the large one, the control.

    ``recovered`` and ``least_recovers`` are whether the limit and basis pursuit find the truth,
    ``more`` the former less the latter.
    """
    rows = tables["noiseless_recovery"]
    recovered, least = rows["error"] < RECOVERED, rows["error_of_least"] < RECOVERED
    rows = rows.assign(
        recovered=recovered.astype(float),
        least_recovers=least.astype(float),
        more=recovered.astype(float) - least.astype(float),
    )
    small, large = least_and_most(rows, "init")
    return {"small": small, "large": large}


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The norm in each cell; how much more or less often than basis pursuit the limit recovers."""
    small, large = select(tables).values()
    judged, control = (rows[rows["inside"]] for rows in (small, large))
    other = small[~small["inside"]]
    place = ["depth", "n", "k"]
    return {
        "norm_over_least": Evidence(
            by(judged, place, "norm_over_least"),
            by(control, place, "norm_over_least"),
            outside=by(other, place, "norm_over_least") if len(other) else [],
        ),
        "recovers_more": Evidence(_more(judged), _more(control), outside=_more(other)),
    }


def _more(rows: pd.DataFrame) -> list[Cell]:
    """By how much the share of recovered problems is greater than basis pursuit's, by depth.

    All n and k of a draw are one sample.
    """
    per_draw = rows.groupby(["depth", "replicate"])["more"].mean()
    return [
        bootstrapped({"depth": depth}, lambda s: float(np.mean(s)), part.to_numpy(np.float64))
        for depth, part in per_draw.groupby("depth")
    ]


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, by how much the ℓ1 norm of the limit is above the least, relative to it.

    Middle, the share of problems in which the truth is recovered, with 95 % intervals; white is
    basis pursuit. Each n has its marker; the large start, the control, is grey. Right, the limit's
    share less basis pursuit's over all n and k, again with intervals. Depth 2 is not judged.
    """
    rows = {part: each.assign(excess=_excess(each)) for part, each in select(tables).items()}
    small, large = rows["small"], rows["large"][rows["large"]["inside"]]
    figure, (panels,) = style.panels(1, 3, 2.6, sharey=False)
    left, middle, right = panels
    for n, marker in zip(sorted(small["n"].unique()), "os^Dv", strict=False):
        part, control = small[small["n"] == n], large[large["n"] == n]
        _by_k(panels, control, style.CONTROL, marker)
        for depth, each in part.groupby("depth"):
            _by_k(panels, each, style.depth_colour(depth), marker)
        once = part[part["depth"] == part["depth"].min()]
        look = {"color": style.BLUE, "ls": "--", "lw": 0.8, "mfc": "w", "mec": style.BLUE}
        look |= {"marker": marker, "ms": 3, "mew": 0.8, "zorder": 1}
        parts.line(middle, once, "k", "least_recovers", estimator="mean", **look)
        middle.plot([], [], marker, color="0.3", ms=4, mew=0, label=f"$n={n}$")
    found = evidence(tables)["recovers_more"]
    for cells in (found.cells, found.outside):
        for cell in cells:
            colour = style.depth_colour(float(str(cell.place["depth"])))
            draw_cells(right, [cell], colour, f"$N={cell.place['depth']:g}$")
    draw_cells(right, found.control, style.CONTROL, "large start (control)", shift=0.15)
    middle.plot([], [], "--o", color=style.BLUE, lw=0.8, mfc="w", ms=3, label="basis pursuit")
    depth_axis(right, small["depth"])
    parts.threshold_line(left, max(claim.metrics["norm_over_least"].limit - 1, LEAST))
    for end in claim.metrics["recovers_more"].ends:
        parts.threshold_line(right, end)
    log_axis(left, "y", LEAST / 2, 10)
    left.set(xlabel="non-zero weights $k$", ylabel=r"$\|w_\infty\|_1$ over the least, less 1")
    middle.set(xlabel="non-zero weights $k$", ylabel="share recovered")
    right.set_ylabel("share less basis pursuit's")
    style.legend(figure)
    return figure


def _excess(rows: pd.DataFrame) -> pd.Series:
    """The part of the norm that is above the least, or `LEAST` if there is hardly any."""
    return (rows["norm_over_least"] - 1).clip(lower=LEAST)


def _by_k(panels: Any, rows: pd.DataFrame, colour: str, marker: str) -> None:
    """The excess of the norm with quartiles, and the share recovered with its intervals."""
    look = {"color": colour, "marker": marker, "ms": 3, "lw": 0.8}
    parts.line(panels[0], rows, "k", "excess", errorbar=parts.QUARTILES, label="_", **look)
    cells = by(rows, "k", "recovered", share)
    bars: dict[str, Any] = {"ms": 3, "lw": 0.8, "ls": "-", "elinewidth": 0.6}
    draw_cells(panels[1], cells, colour, "_", marker, column="k", **bars)
