"""Weight decay that is switched off in the end: the limit is that of a smaller start.

With the penalty c(t) (‖u‖² + ‖v‖²), (u, v) e^{2C(t)} conserves what (u, v) does without, where C is
the integral of c. So the limit after the decay has ended is that of a start α e^{−2C}.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from implicit_sparsity.metrics import relative_error
from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.relations import NotAbove
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Problem, Vector

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The sparse truth: its first weights; the residual, relative to y, of an end that fits the data.
TRUTH, FITTED = (1.0, -1.0, 0.7), 0.01


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : int
        Samples.
    p : int
        Columns, of standard normal entries.
    depths : list of int
        Depths N.
    alpha : float
        Start α.
    decay : float
        c, as long as there is decay.
    switched_off : float
        Flow time at which the decay ends.
    step_size : float
        Step of gradient descent.
    iterations : int
        Number of its iterations.
    """

    n: Annotated[int, NotAbove("p")]
    p: int
    depths: list[int]
    alpha: float
    decay: float
    switched_off: float
    step_size: float
    iterations: int


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Where descent with decay ends, beside the limits that are predicted with and without.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, truth and depth, without noise: relative distances of the end, from
        the limit of α e^{−2C} (``distance``) and of α (``distance_from_start``); of the end with
        the decay kept on, from the former (``distance_kept_on``, for the sparse truth);
        ``error_over_plain``, the error of the end over that of the limit of α; and ``residual``,
        ‖Xw − y‖ / ‖y‖ at the end, which tells how far descent has converged.
    """

    from implicit_sparsity.theory.limits import interpolating_limit

    drawn = {
        (replicate, truth): problem
        for replicate, rng in draws.items()
        for truth, problem in _problems(settings, rng).items()
    }
    smaller = settings.alpha * float(np.exp(-2 * settings.decay * settings.switched_off))
    rows: list[dict[str, Any]] = []
    for depth in settings.depths:
        ends = _ends(settings, list(drawn.values()), depth, settings.switched_off)
        sparse = {key: problem for key, problem in drawn.items() if key[1] == "sparse"}
        kept_on = dict(
            zip(sparse, _ends(settings, list(sparse.values()), depth, np.inf), strict=True)
        )
        for ((replicate, truth), problem), end in zip(drawn.items(), ends, strict=True):
            predicted = interpolating_limit(problem, depth, smaller)
            plain = interpolating_limit(problem, depth, settings.alpha)
            w_star = problem.truth
            row = {
                "replicate": replicate,
                "truth": truth,
                "depth": depth,
                "distance": relative_error(end, predicted),
                "distance_from_start": relative_error(end, plain),
                "distance_kept_on": (
                    relative_error(kept_on[replicate, truth], predicted)
                    if truth == "sparse"
                    else np.nan
                ),
                "error_over_plain": relative_error(end, w_star) / relative_error(plain, w_star),
                "residual": relative_error(problem.X @ end, problem.y),
            }
            rows.append(row)
    return pd.DataFrame(rows).sort_values(["replicate", "truth", "depth"], ignore_index=True)


def _problems(settings: Settings, rng: np.random.Generator) -> dict[str, Problem]:
    """A sparse truth and a dense one of its norm, with the same design."""
    X = rng.standard_normal((settings.n, settings.p))
    sparse, dense = np.zeros(settings.p), rng.standard_normal(settings.p)
    sparse[: len(TRUTH)] = TRUTH
    dense *= np.linalg.norm(sparse) / np.linalg.norm(dense)
    return {truth: Problem(X, X @ w, w) for truth, w in (("sparse", sparse), ("dense", dense))}


def _ends(settings: Settings, problems: list[Problem], depth: int, off: float) -> list[Vector]:
    """The ends of gradient descent with decay up to a flow time."""
    import jax.numpy as jnp

    from implicit_sparsity.training import losses, networks, optimisers, train_many

    def decay(iteration: Any) -> Any:
        """Of the penalty (·/2)‖θ‖²."""
        return jnp.where(iteration * settings.step_size < off, 2 * settings.decay, 0.0)

    paths = train_many(
        problems,
        networks.Diagonal(depth),
        losses.squared,
        optimisers.descent(settings.step_size, decay=decay),
        settings.alpha,
        settings.iterations,
        record_at=[],
    )
    return [path.w[-1] for path in paths]


def select(tables: Tables) -> Tables:
    """The sparse and the dense truth."""
    rows = tables["decay_then_none"]
    return {truth: rows[rows["truth"] == truth] for truth in ("sparse", "dense")}


def evidence(tables: Tables) -> dict[str, Evidence]:
    """Distance from the predicted limit, and the error over that without decay, by depth."""
    sparse, dense = select(tables).values()
    from_start = by(sparse, "depth", "distance_from_start")
    kept_on = by(sparse, "depth", "distance_kept_on")
    return {
        "distance": Evidence(by(sparse, "depth", "distance"), [*from_start, *kept_on]),
        "error_over_plain": Evidence(
            by(sparse, "depth", "error_over_plain"), by(dense, "depth", "error_over_plain")
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, distance of the end from the limit that is predicted for the start α e^{−2C}.

    In grey, the controls: from the limit of α, and with the decay kept on. Right, the error over
    that of the limit without decay; for a dense truth, the control, decay must not help. Light
    points are draws, strong ones medians. Crosses are draws on which descent has not converged: its
    residual is still above one per cent of y. They count like the others.
    """
    sparse, dense = (
        rows.assign(not_fitted=rows["residual"] > FITTED) for rows in select(tables).values()
    )
    figure, ((left, right),) = style.panels(1, 2, 2.5, sharey=False)
    from_start, kept_on = "from the limit of α (control)", "decay kept on (control)"
    judged = "switched off, sparse truth"
    parts.by_depth(left, sparse, "distance", style.BLUE, judged, crossed="not_fitted")
    parts.by_depth(left, sparse, "distance_from_start", style.CONTROL, from_start, -0.1)
    parts.by_depth(left, sparse, "distance_kept_on", style.CONTROL, kept_on, 0.1, marker="s")
    for rows, colour, label, marker in (
        (sparse, style.BLUE, judged, "o"),
        (dense, style.CONTROL, "dense truth (control)", "^"),
    ):
        parts.by_depth(
            right, rows, "error_over_plain", colour, label, 0.0, marker, crossed="not_fitted"
        )
    shown = {left: ("distance", "distance"), right: ("error_over_plain", "error_over_plain")}
    for axes, (metric, column) in shown.items():
        limit = claim.metrics[metric].limit
        parts.threshold_line(axes, limit)
        log_axis(axes, "y", 0.5 * min(sparse[column].min(), limit), 3)
        depth_axis(axes, sparse["depth"])
    left.set_ylabel("relative distance of the end")
    right.set_ylabel("error / error without decay")
    style.legend(figure)
    return figure
