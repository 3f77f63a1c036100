"""Depth 2, stopped early: without the bias of the Lasso, and sooner with steps that double.

The network is w = u² − v². Both the descent and the Lasso are judged at the best point of their
path, which only the truth tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import Among, NotAbove
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import level_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.synthetic import design

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Start α; a phase has 10 log(1/α) iterations, and steps are 1/20 over the largest weight.
START = 1e-12
PHASE = 10 * int(np.ceil(np.log(1 / START)))
#: The largest weight of those that fall by halves, for which the steps are; the size of all weights
#: of the control, so small that steps double there too; and the error over the oracle's to reach.
LARGEST, ALIKE, CLOSE = 64.0, 8.0, 2.0


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    p : int
        Columns.
    few : int
        Samples where the Lasso is to be as good.
    many : int
        Samples where it is not.
    k : list of int
        Numbers of weights that are not zero, all alike.
    k_at_few : list of int
        Those of them that are compared with few samples.
    strong : float
        Size of the weights.
    weak : float
        That of the control.
    iterations : int
        Iterations of the descent there, whose steps double.
    n : int
        Samples of the problems on which steps are compared.
    doubling_iterations : int
        Iterations with steps that double there.
    plain_iterations : int
        Iterations with steps of one size there.
    """

    p: int
    few: Annotated[int, NotAbove("many")]
    many: int
    k: Annotated[list[int], NotAbove("p")]
    k_at_few: Annotated[list[int], Among("k")]
    strong: float
    weak: float
    iterations: int
    n: int
    doubling_iterations: int
    plain_iterations: int


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Best errors beside the Lasso's, and the iterations with and without doubling.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        In rows of the ``part`` "lasso", for n samples and k weights of the size ``signal``,
        ``gain`` is the base-2 logarithm of the best error of the Lasso over that of the descent.
        In those of the part "steps", with seven weights that are "graded", from 64 down by halves,
        or "equal", all of them 8, ``share`` is the iterations with doubling over those without,
        until the error is twice that of least squares on the support.
    """
    signals = (settings.strong, settings.weak)
    cells = [(settings.few, k, settings.strong) for k in settings.k_at_few]
    cells += [(settings.many, k, signal) for signal in signals for k in settings.k]
    rows = []
    for n, k, signal in cells:
        problems = [_problem(rng, n, settings.p, [signal] * k) for rng in draws.values()]
        found = _gains(problems, signal, settings.iterations)
        keys = {"part": "lasso", "n": n, "k": k, "signal": signal}
        rows += [{"replicate": i} | keys | {"gain": g} for i, g in zip(draws, found, strict=True)]
    for weights, values in (
        ("graded", LARGEST * 0.5 ** np.arange(7)),
        ("equal", np.full(7, ALIKE)),
    ):
        problems = [_problem(rng, settings.n, settings.p, values) for rng in draws.values()]
        shares = _shares(problems, settings)
        rows += [
            {"replicate": i, "part": "steps", "weights": weights, "share": s}
            for i, s in zip(draws, shares, strict=True)
        ]
    return pd.DataFrame(rows)


def _problem(rng: np.random.Generator, n: int, p: int, values: Sequence[float] | Any) -> Problem:
    X = design("rademacher", rng, n, p)
    w = np.zeros(p)
    w[: len(values)] = values
    return Problem(X, X @ w + rng.standard_normal(n), w)


def _descend(problems: list[Problem], largest: float, iterations: int, doubles: bool) -> list[Any]:
    from implicit_sparsity.training import losses, networks, optimisers, train_many, transformations

    step = 1 / (20 * largest)
    optimiser = (
        transformations.doubling(step, PHASE, largest) if doubles else optimisers.descent(step)
    )
    network, last = networks.Diagonal(2), [iterations]
    return list(train_many(problems, network, losses.squared, optimiser, START, iterations, last))


def _gains(problems: list[Problem], signal: float, iterations: int) -> list[float]:
    """How much better descent is than the Lasso, in powers of 2."""
    from implicit_sparsity.baselines import lasso_oracle

    largest = max(signal, 1.0)
    paths = _descend(problems, largest, iterations, doubles=True)
    lassos = [problem.error(lasso_oracle.fit(problem).w).min() for problem in problems]
    return [
        float(np.log2(lasso / path.events.best_error))
        for lasso, path in zip(lassos, paths, strict=True)
    ]


def _shares(problems: list[Problem], settings: Settings) -> list[float]:
    """Iterations with doubling over those without, until the error is close to the oracle's."""
    from implicit_sparsity.baselines import oracle

    shares = []
    plain, doubling = (
        _descend(problems, LARGEST, iterations, doubles)
        for iterations, doubles in (
            (settings.plain_iterations, False),
            (settings.doubling_iterations, True),
        )
    )
    for problem, *paths in zip(problems, plain, doubling, strict=True):
        goal = CLOSE * problem.error(oracle.fit(problem).w).min()
        without, with_doubling = (_first(path, goal) for path in paths)
        # Without an end of the plain descent its length is the least that it can be.
        shares.append(with_doubling / min(without, settings.plain_iterations))
    return shares


def _first(path: Any, goal: float) -> float:
    """The first iteration whose error is below the goal, infinite if there is none."""
    below = path.trace.error <= goal
    return float(path.trace.t[below.argmax()]) if below.any() else np.inf


def select(tables: Tables) -> Tables:
    """The gains with many samples, with few, and of weak signals; the shares by weights."""
    rows = tables["depth_two_statistics"]
    lasso, steps = (rows[rows["part"] == part] for part in ("lasso", "steps"))
    strong = lasso["signal"] == lasso["signal"].max()
    many = lasso["n"] == lasso["n"].max()
    few = lasso[strong & ~many]
    return {
        "many": lasso[strong & many],
        "weak": lasso[~strong],
        "few": few,
        "many_as_few": lasso[strong & many & lasso["k"].isin(few["k"])],
        "graded": steps[steps["weights"] == "graded"],
        "equal": steps[steps["weights"] == "equal"],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The gain over the Lasso by k, with many and with few samples; the share of iterations."""
    found = select(tables)
    return {
        "gain": Evidence(*(by(found[part], ["n", "k"], "gain") for part in ("many", "weak"))),
        "gain_at_few_samples": Evidence(
            *(by(found[part], ["n", "k"], "gain") for part in ("few", "many_as_few"))
        ),
        "share_of_iterations": Evidence(
            *(by(found[part], "weights", "share") for part in ("graded", "equal"))
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, by how many powers of 2 the best error beats the Lasso's; right, what doubling saves.

    Light points are draws, strong ones medians; controls in grey. Dashed, the thresholds: the least
    gain with many samples and, in the colour of few samples, the range of theirs; the largest share
    of iterations.
    """
    rows = select(tables)
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    levels = sorted(rows["many"]["k"].unique())
    signals = {part: rows[part]["signal"].iloc[0] for part in ("many", "weak")}
    for part, colour, marker, label, shift in (
        ("many", style.BLUE, "o", f"$n={rows['many']['n'].iloc[0]:g}$", -0.15),
        ("few", style.ORANGE, "v", f"$n={rows['few']['n'].iloc[0]:g}$", 0.0),
        ("weak", style.CONTROL, "s", f"weights of {signals['weak']:g} (control)", 0.15),
    ):
        # Their places on the axis stand in for depths.
        shown = rows[part].assign(depth=rows[part]["k"].map(levels.index))
        parts.by_depth(left, shown, "gain", colour, label, shift, marker)
    level_axis(left, levels)
    parts.threshold_line(left, claim.metrics["gain"].limit)
    for end in claim.metrics["gain_at_few_samples"].ends:
        first = levels.index(rows["few"]["k"].min())
        parts.threshold_line(left, end, first - 0.5, colour=style.ORANGE)
    left.set(xlabel="non-zero weights $k$", ylabel=r"$\log_2$ (error of Lasso / error)")
    left.set_title("best errors")
    for place, (part, colour, label) in enumerate(
        (("graded", style.BLUE, "_graded"), ("equal", style.CONTROL, "_equal"))
    ):
        parts.by_depth(right, rows[part].assign(depth=place), "share", colour, label)
    right.set_xticks([0, 1], labels=["from 64 to 1", "all of 8\n(control)"])
    right.set(xlim=(-0.5, 1.5), ylabel="iterations, doubling / plain", title="steps that double")
    parts.threshold_line(right, claim.metrics["share_of_iterations"].limit)
    log_axis(right, "y", 0.05, 2)
    style.legend(figure)
    return figure
