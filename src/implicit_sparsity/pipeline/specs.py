"""What one job of the pipeline is asked to do; config.schema.yaml explains each entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from implicit_sparsity.problems.spec import ProblemSpec


@dataclass(frozen=True)
class RunSpec:
    """One depth of an experiment: every start, as α and as α^N, on every replicate."""

    depth: int
    alpha: list[float]
    init: list[float]
    one_sided: bool
    step_size: float
    iterations: int


@dataclass(frozen=True)
class StudySpec:
    """One depth of a study: every start on every replicate of every cell."""

    measure: str
    cells: list[ProblemSpec]
    depth: float
    alpha: list[float]
    init: list[float]
    options: dict[str, Any]
