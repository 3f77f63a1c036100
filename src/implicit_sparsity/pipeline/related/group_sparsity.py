"""Groups of weights u_l² v_l with unit directions recover what is sparse by groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.synthetic import design

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Noise; the starts of normalised groups and of u² − v²; the start of groups without normalising
#: and the entry of v there that holds them back.
NOISE, START, RAW_START, AGAINST = 0.5, 1e-6, 1e-3, -5e-4


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples.
    p : int
        Columns.
    size : int
        Weights in a group.
    active : int
        Groups whose weights are 1; the others are 0.
    iterations : int
        Iterations of groups whose directions are normalised, with steps of 10⁻².
    sparse_iterations : int
        Iterations of the networks without groups, with steps of 5 · 10⁻³.
    raw_iterations : int
        Iterations of groups without normalising, with steps of 5 · 10⁻².
    """

    n: int
    p: int
    size: int
    active: int
    iterations: int
    sparse_iterations: int
    raw_iterations: int


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Best and last errors along the descent of each network.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, truth and network: ``best_error`` and ``last_error`` are
        ‖w − w*‖² / ‖w*‖². The column ``truth`` is "groups", or "permuted", where the weights that
        are 1 lie anywhere; ``network`` is "normalised", "two_sided" (u² − v²), "one_sided" (u²),
        "raw", groups without normalising from v = 0, or "against", from v < 0.
    """
    pairs = [_draw(settings, rng) for rng in draws.values()]
    rows = []
    for i, truth in enumerate(("groups", "permuted")):
        problems = [pair[i] for pair in pairs]
        for network in ("normalised", "two_sided", "one_sided", "raw", "against"):
            if truth == "permuted" and network in ("raw", "against"):
                continue
            found = _run(settings, problems, network)
            for replicate, errors in zip(draws, found, strict=True):
                keys = {"replicate": replicate, "truth": truth, "network": network}
                rows.append(keys | errors)
    return pd.DataFrame(rows)


def _draw(settings: Settings, rng: np.random.Generator) -> tuple[Problem, Problem]:
    """A problem of sparse groups, and one whose weights are put in other places."""
    X = design("rademacher", rng, settings.n, settings.p)
    w = np.zeros(settings.p)
    w[: settings.size * settings.active] = 1.0
    noise = NOISE * rng.standard_normal(settings.n)
    anywhere = rng.permutation(w)
    return Problem(X, X @ w + noise, w), Problem(X, X @ anywhere + noise, anywhere)


def _run(settings: Settings, problems: list[Problem], network: str) -> list[dict[str, Any]]:
    from implicit_sparsity.training import losses, networks, optimisers, train_many, transformations

    groups, entry = networks.Grouped, {"raw": 0.0, "against": AGAINST}.get(network)
    if network == "normalised":
        made: Any = groups(settings.size)
        step = transformations.directions_first(0.01, tolerance=0.03)
        optimiser = optimisers.Optimiser(step, projection=groups.normalise)
        alpha, iterations = START, settings.iterations
    elif entry is not None:
        made, optimiser = groups(settings.size, entry), optimisers.descent(0.05)
        alpha, iterations = RAW_START, settings.raw_iterations
    else:
        made = networks.Diagonal(2, one_sided=network == "one_sided")
        optimiser = optimisers.descent(0.005)
        alpha, iterations = START, settings.sparse_iterations
    paths = train_many(
        problems, made, losses.squared, optimiser, alpha, iterations, record_at=[iterations]
    )
    size = settings.size * settings.active
    return [
        {
            "best_error": (path.events.best_error or 0.0) / size,
            "last_error": float(path.trace.error[-1]) / size,
        }
        for path in paths
    ]


def select(tables: Tables) -> Tables:
    """The best error of groups over that of both networks without, and the raw groups.

    The column ``without`` is the network without groups that the ratio is to.
    """
    rows = tables["group_sparsity"]
    keys = ["truth", "replicate"]
    groups = rows.loc[rows["network"] == "normalised", [*keys, "best_error"]]
    others = rows[rows["network"].isin(["two_sided", "one_sided"])]
    both = others.merge(groups, on=keys, suffixes=("_without", ""))
    both = both.assign(
        ratio=both["best_error"] / both["best_error_without"], without=both["network"]
    )
    return {
        "groups": both[both["truth"] == "groups"],
        "permuted": both[both["truth"] == "permuted"],
        "raw": rows[rows["network"] == "raw"],
        "against": rows[rows["network"] == "against"],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The ratio to each network without groups; the error of groups without normalising."""
    found = select(tables)

    def ratio(network: str) -> Evidence:
        both = (found["groups"], found["permuted"])
        return Evidence(*(by(r[r["without"] == network], "without", "ratio") for r in both))

    return {
        "over_two_sided": ratio("two_sided"),
        "over_one_sided": ratio("one_sided"),
        "raw_error": Evidence(
            *(by(found[part], "network", "best_error") for part in ("raw", "against"))
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the best error with groups over that without; right, of groups without normalising.

    The network u² knows that the weights are positive, the groups do not; each ratio has its own
    threshold. Light points are draws, strong ones medians; controls in grey.
    """
    rows = select(tables)
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    networks = ["two_sided", "one_sided"]
    for part, colour, label in (
        ("groups", style.BLUE, "sparse by groups"),
        ("permuted", style.CONTROL, "weights in any place (control)"),
    ):
        # Their places on the axis stand in for depths.
        shown = rows[part].assign(depth=rows[part]["without"].map(networks.index))
        for _, one in shown.groupby("without"):
            parts.by_depth(left, one, "ratio", colour, label)
    left.set_xticks([0, 1], labels=["$u^2-v^2$", "$u^2$"])
    left.set(ylabel="best error, groups / network without", title="unit directions")
    for place, (part, colour) in enumerate((("raw", style.BLUE), ("against", style.CONTROL))):
        label = "sparse by groups" if part == "raw" else "directions against the truth (control)"
        parts.by_depth(right, rows[part].assign(depth=place), "best_error", colour, label)
    right.set_xticks([0, 1], labels=["$v_0=0$", "$v_0<0$"])
    right.set(ylabel=r"best $\|w-w^*\|^2/\|w^*\|^2$", title="not normalised")
    for axes, metric, *ends in (
        (left, "over_two_sided", None, 0.45),
        (left, "over_one_sided", 0.55, None),
        (right, "raw_error", None, None),
    ):
        axes.set_xlim(-0.5, 1.5)
        parts.threshold_line(axes, claim.metrics[metric].limit, *ends)
    log_axis(left, "y", 0.02, 300)
    log_axis(right, "y", 5e-4, 3)
    style.legend(figure)
    return figure
