"""The heavy ball ends at weights that one number tells, and may be nearer to a sparse truth.

With steps γ and momentum β, β near 1, it follows λθ'' + θ' = −∇L in the time t = γk/(1 − β), where
the inertia is λ = γ/(1 − β)². For λ → 0 that is the gradient flow, whose end is known exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from implicit_sparsity.metrics import relative_error
from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Evidence, by, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import NotAbove
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import level_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem, Vector

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Loss at which a run ends before its time, and below which it is said to fit the data.
FITTED, FITS = 1e-9, 1e-6


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples.
    p : int
        Columns, of normal entries.
    k : int
        Normal weights that are not zero.
    mean : float
        Mean of the entries of the columns that are not centred.
    alpha : float
        Start α of u and v.
    inertia : list of float
        λ = γ/(1 − β)², two at least.
    momentum : list of float
        β, two at least; errors are those of the largest.
    time : float
        Flow time at which a run ends, at the latest.
    """

    n: int
    p: int
    k: Annotated[int, NotAbove("p")]
    mean: float
    alpha: float
    inertia: list[float]
    momentum: list[float]
    time: float


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Where the heavy ball ends, beside the end of the gradient flow.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, kind of columns and inertia, without noise. ``error`` is
        ‖w − w*‖ / ‖w*‖ at the end, ``flow_error`` that of the gradient flow, ``loss`` the largest
        loss at the end, of all momenta. Of distances over that of the end from the end of the flow,
        ``apart`` is the largest between two momenta, and ``apart_from_other`` that from the end at
        the inertia that differs most.
    """
    drawn = {replicate: _problems(settings, rng) for replicate, rng in draws.items()}
    rows: list[dict[str, Any]] = []
    for columns in ("centred", "uncentred"):
        problems = [both[columns] for both in drawn.values()]
        found = {
            (inertia, momentum): ends(settings, problems, inertia, momentum)
            for inertia in settings.inertia
            for momentum in settings.momentum
        }
        for i, (replicate, problem) in enumerate(zip(drawn, problems, strict=True)):
            keys = {"replicate": replicate, "columns": columns}
            own = {place: each[i] for place, each in found.items()}
            rows += [keys | row for row in _compared(settings, problem, own)]
    return pd.DataFrame(rows).sort_values(["replicate", "columns", "inertia"], ignore_index=True)


def _compared(
    settings: Settings, problem: Problem, found: dict[tuple[float, float], tuple[Vector, float]]
) -> Iterator[dict[str, Any]]:
    """A row for each inertia, from the ends by inertia and momentum."""

    from implicit_sparsity.theory.limits import interpolating_limit

    flow = interpolating_limit(problem, 2, settings.alpha)
    last = max(settings.momentum)
    for inertia in settings.inertia:
        end, _ = found[inertia, last]
        moved = np.linalg.norm(end - flow)
        others = [found[inertia, momentum][0] for momentum in settings.momentum]
        farthest = max(settings.inertia, key=lambda other: abs(other - inertia))
        yield {
            "inertia": inertia,
            "error": relative_error(end, problem.truth),
            "flow_error": relative_error(flow, problem.truth),
            "loss": max(found[inertia, momentum][1] for momentum in settings.momentum),
            "apart": max(np.linalg.norm(end - other) for other in others) / moved,
            "apart_from_other": np.linalg.norm(end - found[farthest, last][0]) / moved,
        }


def _problems(settings: Settings, rng: np.random.Generator) -> dict[str, Problem]:
    """One truth, and the same columns with and without a mean."""
    X = rng.standard_normal((settings.n, settings.p))
    w = np.zeros(settings.p)
    w[: settings.k] = rng.standard_normal(settings.k)
    shifts = {"centred": 0.0, "uncentred": settings.mean}
    return {name: Problem(X + shift, (X + shift) @ w, w) for name, shift in shifts.items()}


def ends(
    settings: Settings, problems: list[Problem], inertia: float, momentum: float
) -> list[tuple[Vector, float]]:
    """The weights at which heavy balls of u² − v² end, and their losses.

    Runs that diverge are infinitely far.
    """
    from implicit_sparsity.training import losses, networks, optimisers, train_many

    step = inertia * (1 - momentum) ** 2
    paths = train_many(
        problems,
        networks.Diagonal(2),
        losses.squared,
        optimisers.descent(step, momentum),
        settings.alpha,
        round(settings.time * (1 - momentum) / step),
        record_at=[],
        until=FITTED,
    )
    far = np.full(settings.p, 1e100)
    return [
        (far, np.inf) if path.end == "diverged" else (path.w[-1], float(path.trace.loss[-1]))
        for path in paths
    ]


def select(tables: Tables) -> Tables:
    """All rows with ``nearer``, whether the error is less than the flow's; those that are judged.

    ``fits`` says whether the data are fitted at the end, with every momentum.

    "judged" are uncentred columns at the inertia of the claim's condition, "small" those at a
    smaller one, and "centred" the control of the former.
    """
    rows = tables["momentum"]
    rows = rows.assign(nearer=rows["error"] < rows["flow_error"], fits=rows["loss"] < FITS)
    large, uncentred = rows["inside"], rows["columns"] == "uncentred"
    return {
        "all": rows,
        "judged": rows[large & uncentred],
        "small": rows[~large & uncentred],
        "centred": rows[large & ~uncentred],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """How far ends are apart, by columns and inertia, and shares of draws that are nearer."""
    found = select(tables)
    rows, keys = found["all"], ["columns", "inertia"]
    small = by(found["small"], keys, "nearer", share) if len(found["small"]) else []
    return {
        "apart": Evidence(by(rows, keys, "apart"), by(rows, keys, "apart_from_other")),
        "nearer": Evidence(
            by(found["judged"], keys, "nearer", share),
            by(found["centred"], keys, "nearer", share),
            outside=small,
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, how far the ends of two momenta are apart, over how far they are from the flow's end.

    In grey the control, ends at two inertias. Middle, the error over that of the flow. Right, the
    share of draws in which it is less; there, centred columns are the control. Points are medians
    and shares with their intervals, open outside the condition. Numbers in the middle are of draws
    whose runs all fit the data in the time; the others count as they end.
    """
    rows = select(tables)["all"]
    levels = sorted(rows["inertia"].unique())
    rows = rows.assign(
        over_flow=rows["error"] / rows["flow_error"], place=rows["inertia"].map(levels.index)
    )
    figure, (panels,) = style.panels(1, 3, 2.6, sharey=False)
    left, middle, right = panels
    for columns, colour, marker, shift, height in (
        ("uncentred", style.BLUE, "o", -0.12, 0.04),
        ("centred", style.ORANGE, "s", 0.12, 0.96),
    ):
        part = rows[rows["columns"] == columns]
        label, look = f"{columns} columns", (marker, shift, "place")
        draw_cells(left, by(part, "place", "apart"), colour, label, *look)
        draw_cells(left, by(part, "place", "apart_from_other"), style.CONTROL, "_", *look)
        draw_cells(middle, by(part, "place", "over_flow"), colour, label, *look)
        parts.counts(middle, part.set_index("place")["fits"], height, colour)
        for inside, each in part.groupby("inside"):
            fill: dict[str, Any] = {} if inside else {"mfc": "white", "mew": 1}
            draw_cells(right, by(each, "place", "nearer", share), colour, "_", *look, **fill)
    label = r"ends at two $\lambda$ (control)"
    left.plot([], [], "o", color=style.CONTROL, ms=4, mew=0, label=label)
    middle.axhline(1, color=style.EDGE, lw=0.7, zorder=1)
    parts.threshold_line(left, claim.metrics["apart"].limit)
    parts.threshold_line(right, claim.metrics["nearer"].limit)
    log_axis(left, "y", 0.003, 5)
    low, high = middle.get_ylim()
    middle.set_ylim(low - 0.08 * (high - low), high + 0.08 * (high - low))
    right.set_ylim(-0.04, 1.04)
    left.set_ylabel("distance / that from the flow's end")
    middle.set_ylabel("error / that of the flow")
    right.set_ylabel("share of draws nearer than the flow")
    for axes in panels:
        level_axis(axes, levels)
        axes.set_xlabel(r"inertia $\lambda$")
    style.legend(figure)
    return figure
