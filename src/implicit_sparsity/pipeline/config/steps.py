"""Whether gradient descent can stay at the weights that it looks for."""

from __future__ import annotations

from collections.abc import Iterable

from implicit_sparsity.formatting import unicode_number
from implicit_sparsity.pipeline.config.escape import sizes
from implicit_sparsity.pipeline.config.grids import Experiment


def largest_step(weight: float, depth: float) -> float:
    """The step size from which on descent is unstable at a weight, 1 / (N² |w|^{2 − 2/N}).

    Derived: at w = w* without noise the loss has the second derivative 2 (N u^{N−1})² ‖X_i‖²/n
    along u_i, where u_i^N = w_i and ‖X_i‖² = n. Descent comes to rest where the step size times the
    largest eigenvalue of the Hessian, which is no less than that, is below 2.

    Parameters
    ----------
    weight : float
        Size of a true weight.
    depth : float
        Depth N.
    """
    return float(1 / (depth**2 * abs(weight) ** (2 - 2 / depth)))


def notes(experiments: Iterable[Experiment]) -> list[str]:
    """A sentence on each run whose step is too large for its largest weight."""
    return [
        f"experiments.{experiment.name}: At depth {run.depth}, the step_size "
        f"{unicode_number(run.step_size)} is large: descent is not stable at the largest weight, "
        f"{unicode_number(found[1])}, from {unicode_number(float(f'{most:.2g}'))} on. Lower it."
        for experiment in experiments
        if (found := sizes(experiment.problem)) is not None
        for run in experiment.runs.values()
        if run.step_size > (most := largest_step(found[1], run.depth))
    ]
