"""How many iterations a run needs: by the predicted times in which its weights escape.

Until a weight escapes from a small start, nothing is to be seen of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from implicit_sparsity.formatting import unicode_number
from implicit_sparsity.problems import signals
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec
from implicit_sparsity.theory.escape import escape_time

if TYPE_CHECKING:  # jobs tell of short runs, too, and need no model of the configuration
    from implicit_sparsity.pipeline.config.grids import Experiment
    from implicit_sparsity.pipeline.config.place import Place

#: How many times the escape of the least weight `auto` comes to, so that the window is seen, too.
AUTO = 4
#: The least weight that `auto` looks for in data from a file: a tenth of the scaled target's size.
LEAST = 0.1
#: More iterations than `auto` chooses.
MOST = 10**9


def sizes(problem: ProblemSpec | FileSpec) -> tuple[float, float] | None:
    """The least and the greatest size of the true weights; None where they are not known."""
    signal = None if isinstance(problem, FileSpec) else problem.signal
    if signal is None or isinstance(signal, str):
        return None
    if isinstance(signal, dict):
        signal = signals.sizes(signal)
    found = np.abs(signal)
    return float(found.min()), float(found.max())


def predicted(weight: float, depth: float, alpha: float, step_size: float) -> float:
    """Iterations after which a weight has come half of its way, under the drive 2|w|."""
    return float(escape_time(2 * weight, depth, alpha, weight / 2)) / step_size


def chosen(
    place: Place,
    problem: ProblemSpec | FileSpec,
    depth: int,
    alpha: Iterable[float],
    step_size: float,
) -> int:
    """The iterations that `auto` stands for, of two digits.

    Raises
    ------
    ConfigError
        If the true weights are not known, or they are too many.
    """
    least = LEAST if isinstance(problem, FileSpec) else (sizes(problem) or [math.nan])[0]
    if math.isnan(least) or (isinstance(problem, FileSpec) and not problem.scale):
        remedy = "scale: true, or " if isinstance(problem, FileSpec) else ""
        raise place.fault(
            "iterations",
            "is auto, which needs weights whose sizes are known, as those of scaled data are; give "
            f"{remedy}a number: the log says after how many the first weight is predicted to "
            "escape.",
        )
    needed = AUTO * max(predicted(least, depth, start, step_size) for start in alpha)
    if needed > MOST:
        raise place.fault(
            "iterations",
            f"is auto, which comes to {needed:.1e} at depth {depth}; raise the start or step_size, "
            "or give a number.",
        )
    unit = int(10 ** max(0, math.floor(math.log10(max(needed, 1))) - 1))
    return max(1, math.ceil(needed / unit) * unit)


def few(depth: float, iterations: int, alpha: float, weight: str, needed: float) -> str:
    """The sentence on a run that ends before a weight is predicted to escape.

    Parameters
    ----------
    depth : float
        Depth N.
    iterations : int
        Those of the run.
    alpha : float
        Its start.
    weight : str
        Which weight is meant.
    needed : float
        Iterations after which it is predicted to escape.
    """
    count = "1 iteration is" if iterations == 1 else f"{unicode_number(iterations)} iterations are"
    after = f"after about {unicode_number(float(f'{needed:.2g}'))}"
    return (
        f"At depth {depth:g}, {count} few: from α = {unicode_number(alpha)} {weight} is predicted "
        f"to escape {after if math.isfinite(needed) else 'at no time'}."
    )


def notes(experiments: Iterable[Experiment]) -> list[str]:
    """A sentence, with its place and the remedy, on each run of too few iterations.

    Only where the true weights are known: else the run tells, which has the data.
    """
    return [
        f"experiments.{experiment.name}: {few(run.depth, run.iterations, alpha, weight, needed)} "
        "Raise iterations, or set them to auto."
        for experiment in experiments
        if (found := sizes(experiment.problem)) is not None
        for weight in [f"the largest weight, {unicode_number(found[1])},"]
        for run in experiment.runs.values()
        for alpha in run.alpha
        if (needed := predicted(found[1], run.depth, alpha, run.step_size)) > run.iterations
    ]
