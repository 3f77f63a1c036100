"""The measures of studies by name: one module each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from implicit_sparsity.pipeline.studies import (
    activation,
    bounds,
    discretisation,
    images,
    kernel,
    precision,
    recovery,
    risk,
    stopping,
)
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.spec import ProblemSpec

#: A row of a table by its columns.
Row = Mapping[str, Any]


class Measure(Protocol):
    """What is measured on the trajectory of one problem, depth and start.

    Its keyword-only parameters, if it has some, are the further keys of a study that it reads:
    their annotations and the docstring say what the configuration may hold.
    """

    def __call__(
        self,
        spec: ProblemSpec,
        problem: Problem,
        depth: float,
        alpha: float,
        /,
        *_: Any,
        **keys: Any,
    ) -> Row | Sequence[Row]:
        """Measure, as one row of the study's table or several.

        Parameters
        ----------
        spec : ProblemSpec
            What the problem was made from.
        problem : Problem
            The problem.
        depth : float
            Depth N.
        alpha : float
            Start u = v = α.
        **keys
            What the study says for the measure's own keys.
        """


MEASURES: dict[str, Measure] = {
    "activation": activation.measure,
    "bounds": bounds.measure,
    "discretisation": discretisation.measure,
    "images": images.measure,
    "kernel": kernel.measure,
    "precision": precision.measure,
    "recovery": recovery.measure,
    "risk": risk.measure,
    "stopping": stopping.measure,
}
