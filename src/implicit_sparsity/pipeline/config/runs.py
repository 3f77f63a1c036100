"""The runs of an experiment: gradient descent at each of its depths."""

from __future__ import annotations

import math
from typing import Any, TypeVar

from implicit_sparsity.pipeline.config.errors import shown
from implicit_sparsity.pipeline.config.escape import chosen
from implicit_sparsity.pipeline.config.grids import starts, written
from implicit_sparsity.pipeline.config.models import ExperimentKeys
from implicit_sparsity.pipeline.config.place import Place
from implicit_sparsity.pipeline.specs import RunSpec
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec

T = TypeVar("T")


def runs(
    place: Place, entry: ExperimentKeys, problem: ProblemSpec | FileSpec
) -> dict[str, RunSpec]:
    """The runs of an experiment, one a depth, in the order of the configuration.

    Raises
    ------
    ConfigError
        If a list has not one entry for each depth, or the iterations cannot be chosen.
    """
    steps: Any = _per_depth(place, "step_size", entry.step_size, entry.depths)
    iterations: Any = _per_depth(place, "iterations", entry.iterations, entry.depths)
    found = {}
    for depth, step, count in zip(entry.depths, steps, iterations, strict=True):
        alpha, init = starts(place, entry, depth)
        step_size = _step_size(place, step, depth)
        found[written(depth)] = RunSpec(
            depth=depth,
            alpha=alpha,
            init=init,
            one_sided=entry.one_sided,
            step_size=step_size,
            iterations=(
                chosen(place, problem, depth, alpha, step_size) if count == "auto" else count
            ),
        )
    return found


def _step_size(place: Place, step: float | str, depth: int) -> float:
    """A step given as a number or as "c/N^2"."""
    value = float(step.split("/")[0]) / depth**2 if isinstance(step, str) else float(step)
    if not 0 < value < math.inf:
        raise place.fault("step_size", f"is {shown(step)}; give a positive number.")
    return value


def _per_depth(place: Place, key: str, value: T | list[T], depths: list[int]) -> list[T]:
    """One value for each depth."""
    if not isinstance(value, list):
        return [value] * len(depths)
    if len(value) != len(depths):
        entries = "entry" if len(value) == 1 else "entries"
        raise place.fault(
            key, f"has {len(value)} {entries} for {len(depths)} depths; give one for each depth."
        )
    return value
