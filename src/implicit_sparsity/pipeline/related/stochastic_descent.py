"""Large steps: good for stochastic descent and bad for descent; and noise on the labels.

The network is w = u ⊙ v from u = √2 α, v = 0, without noise in the data, and w = v² from v = 1 with
fresh noise on the labels of each iteration.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from implicit_sparsity.metrics import relative_error
from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Evidence, median
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import iteration_axis, level_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.synthetic import design

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Weights that are not zero: ±1/√3 of the first network, and 1 of the second. The loss of a fit.
STEPS_K, LABELS_K, FITTED = 3, 5, 1e-6
#: With noise on labels, the share of iterations before steps fall to a tenth; points on the path.
LONG, POINTS = 2 / 3, 12


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples beside the steps.
    p : int
        Columns there.
    alpha : float
        Start α there.
    descent_steps : list of float
        Steps of gradient descent, from one that is small up.
    stochastic_steps : list of float
        Steps of stochastic gradient descent, one sample an iteration, from a small one up.
    iterations : int
        Iterations there, at most.
    labels_n : int
        Samples beside noise on the labels.
    labels_p : int
        Columns there.
    label_noise : float
        Standard deviation δ of the noise, if it were on one random label an iteration.
    labels_step : float
        Step there, at first.
    labels_iterations : int
        Iterations there.
    """

    n: int
    p: int
    alpha: float
    descent_steps: list[float]
    stochastic_steps: list[float]
    iterations: int
    labels_n: int
    labels_p: int
    label_noise: float
    labels_step: float
    labels_iterations: int


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Errors by step once the data are fitted, and along descent with noise on the labels.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        In rows of the ``part`` "steps", for each ``run`` ("descent", "stochastic") and ``step``,
        ``ratio`` is ‖w − w*‖ over that of the limit of gradient flow, NaN unless the loss fell
        below 1e-6, which ``fits`` says. In those of the part "labels", ``error`` is ‖w − w*‖² at
        some iterations ``t``; the ``run`` is "noisy" or "plain".
    """
    return pd.DataFrame([*_steps(settings, draws), *_labels(settings, draws)])


def _steps(settings: Settings, draws: Draws) -> list[dict[str, Any]]:
    from implicit_sparsity.theory.limits import interpolating_limit
    from implicit_sparsity.training import losses, networks, optimisers, train_many

    problems, seeds, flows = [], [], []
    for rng in draws.values():
        X, w = design("gaussian", rng, settings.n, settings.p), np.zeros(settings.p)
        w[:STEPS_K] = rng.choice([-1.0, 1.0], STEPS_K) / np.sqrt(STEPS_K)
        problem = Problem(X, X @ w, w)
        # u ⊙ v is a² − b² with a, b = (u ± v)/2.
        limit = interpolating_limit(problem, 2, settings.alpha / np.sqrt(2))
        problems.append(problem)
        seeds.append(int(rng.integers(2**31)))
        flows.append(relative_error(limit, w))
    runs: list[tuple[str, float, int | None]] = [
        *(("descent", step, None) for step in settings.descent_steps),
        *(("stochastic", step, 1) for step in settings.stochastic_steps),
    ]
    rows = []
    for run, step, batch in runs:
        paths = train_many(
            problems,
            networks.Product(2),
            losses.squared,
            optimisers.descent(step / 2, batch=batch),  # steps are those of half the mean square
            np.sqrt(2) * settings.alpha,
            settings.iterations,
            [settings.iterations],
            seed=seeds,
            until=FITTED,
        )
        for replicate, problem, flow, path in zip(draws, problems, flows, paths, strict=True):
            fits = path.end == "stopped"
            error = relative_error(path.w[-1], problem.truth) if fits else np.nan
            keys = {"replicate": replicate, "part": "steps", "run": run, "step": step}
            rows.append(keys | {"fits": fits, "ratio": error / flow})
    return rows


def _labels(settings: Settings, draws: Draws) -> list[dict[str, Any]]:
    from implicit_sparsity.training import losses, networks, optimisers, train_many

    n, p, last = settings.labels_n, settings.labels_p, settings.labels_iterations
    problems, seeds = [], []
    for rng in draws.values():
        X, w = design("gaussian", rng, n, p), np.zeros(p)
        w[:LABELS_K] = 1.0
        problems.append(Problem(X, X @ w, w))
        seeds.append(int(rng.integers(2**31)))
    # The loss is a quarter of the mean square. Noise of size √n δ on all labels has the covariance,
    # in the gradient, of noise of size δ on a random one.
    schedule = _Falling(settings.labels_step / 4, round(LONG * last))
    rows = []
    for run, noise in (("noisy", np.sqrt(n) * settings.label_noise), ("plain", 0.0)):
        paths = train_many(
            problems,
            networks.Diagonal(2, one_sided=True),
            losses.squared,
            optimisers.descent(schedule, label_noise=noise),
            1.0,
            last,
            np.unique(np.linspace(0, last, POINTS + 1).round().astype(int)).tolist(),
            seed=seeds,
        )
        for replicate, problem, path in zip(draws, problems, paths, strict=True):
            keys = {"replicate": replicate, "part": "labels", "run": run}
            errors = np.sum((path.w - problem.truth) ** 2, axis=1)
            rows += [
                keys | {"t": int(t), "error": float(error)}
                for t, error in zip(path.t, errors, strict=True)
            ]
    return rows


@dataclass(frozen=True)
class _Falling:
    """A schedule: a step, and a tenth of it later."""

    step: float
    long: int

    def __call__(self, iteration: Any) -> Any:
        return self.step * 0.1 ** (iteration >= self.long)


def select(tables: Tables) -> Tables:
    """By step, at the least and at the largest step that fits; and beside noise on the labels."""
    rows = tables["stochastic_descent"]
    found = {}
    for run in ("descent", "stochastic"):
        part = rows[(rows["part"] == "steps") & (rows["run"] == run)].sort_values("step")
        part = part.astype({"fits": bool})
        found[run] = part
        found[f"{run}_least"] = part[part["step"] == part["step"].min()]
        # The last number that is none of NaN; NaN of draws that no step fits.
        found[f"{run}_largest"] = part.groupby("replicate")[["ratio"]].last()
    for run in ("noisy", "plain"):
        found[run] = rows[(rows["part"] == "labels") & (rows["run"] == run)]
        found[f"{run}_end"] = found[run].sort_values("t").groupby("replicate")[["error"]].last()
    return found


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The error over that of gradient flow, and the error beside noise on the labels."""
    found = select(tables)
    both = {
        f"{run}_ratio": Evidence(
            [median({"step": "largest"}, found[f"{run}_largest"]["ratio"])],
            [median({"step": "least"}, found[f"{run}_least"]["ratio"])],
        )
        for run in ("stochastic", "descent")
    }
    noisy, plain = (
        [median({"labels": run}, found[f"{run}_end"]["error"])] for run in ("noisy", "plain")
    )
    return both | {"label_error": Evidence(noisy, plain)}


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the error over that of gradient flow by step, of the draws whose data are fitted.

    Their numbers are at the top for descent, at the bottom for stochastic descent; where some are
    missing, medians are open and not joined, as those that fit are a selection. Middle, what is
    judged: the same at each draw's largest step that fits, beside the control, the least step.
    Right, descent with noise on the labels, and the control without. Light points are draws, strong
    ones medians; bars are intervals, bands quartiles. Dashed, the thresholds, in the colour of what
    is judged by them.
    """
    rows, found = select(tables), evidence(tables)
    figure, ((left, middle, right),) = style.panels(1, 3, 2.6, sharey=False)
    steps = sorted({step for run in ("descent", "stochastic") for step in rows[run]["step"]})
    for place, (run, colour, label, height) in enumerate(
        (
            ("descent", style.ORANGE, "gradient descent", 0.96),
            ("stochastic", style.BLUE, "stochastic descent", 0.04),
        )
    ):
        shown = rows[run].assign(place=rows[run]["step"].map(steps.index))
        _draw_steps(left, shown, colour, height)
        judged = found[f"{run}_ratio"]
        for part, (cell,), shade, words, shift in (
            ("largest", judged.cells, colour, label, -0.15),
            ("least", judged.control, style.CONTROL, "controls", 0.15),
        ):
            shown = rows[f"{run}_{part}"].assign(depth=place)
            parts.by_depth(middle, shown, "ratio", shade, words, shift)
            draw_cells(middle, [replace(cell, place={"depth": place})], shade, "_", shift=shift)
    for run, colour, label in (
        ("noisy", style.GREEN, "noise on labels"),
        ("plain", style.CONTROL, "controls"),
    ):
        look = {"errorbar": parts.QUARTILES, "marker": "o", "ms": 3, "label": label}
        parts.line(right, rows[run], "t", "error", color=colour, **look)
    level_axis(left, steps)
    left.tick_params(axis="x", labelsize=5.5)
    middle.set_xticks([0, 1], labels=["descent", "stochastic"])
    middle.set_xlim(-0.5, 1.5)
    iteration_axis(right, rows["noisy"]["t"].max())
    for axes in (left, middle):
        log_axis(axes, "y", 0.005, 30)
    log_axis(right, "y", 1e-3, 200)
    for axes, metric, colour in (
        (middle, "stochastic_ratio", style.BLUE),
        (middle, "descent_ratio", style.ORANGE),
        (right, "label_error", style.GREEN),
    ):
        parts.threshold_line(axes, claim.metrics[metric].limit, colour=colour)
    left.set(xlabel="step", ylabel="error / that of gradient flow")
    middle.set(xlabel="largest step that fits")
    right.set(ylabel=r"$\|w-w^*\|^2$")
    style.legend(figure)
    return figure


def _draw_steps(axes: Axes, rows: pd.DataFrame, colour: str, height: float) -> None:
    """Draws and medians by step, and how many draws are fitted."""
    parts.points(axes, rows, "place", "ratio", color=colour)
    by_step = rows.groupby("place")
    medians, complete = by_step["ratio"].median(), by_step["fits"].all()
    axes.plot(medians[complete], "o-", color=colour, ms=4.5, mew=0)
    axes.plot(medians[~complete], "o", color=colour, ms=4.5, mew=1, mfc="white")
    parts.counts(axes, rows.set_index("place")["fits"], height, colour)
