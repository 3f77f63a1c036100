"""What one job is asked to do; config.schema.yaml explains each entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ProblemSpec:
    """What the instances of an experiment are drawn from."""

    experiment: str
    instances: str
    seed: int
    design: str
    options: dict[str, Any]
    n: int
    p: int
    signal: float | list[float] | dict[str, list[float]] | str
    k: int | None
    noise: float
    replicates: int


@dataclass(frozen=True)
class FileSpec:
    """Data of one's own, split anew for every replicate."""

    experiment: str
    seed: int
    file: str
    target: str | None
    centre: bool
    scale: bool
    held_out: float
    replicates: int
