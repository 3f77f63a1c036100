"""An experiment of the configuration: its problems and its grid of depths and starts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from implicit_sparsity.pipeline.config.check import ConfigError, check, file_name, starts
from implicit_sparsity.pipeline.config.problems import file_spec, problem_spec
from implicit_sparsity.pipeline.specs import RunSpec
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec

T = TypeVar("T")


@dataclass(frozen=True)
class Experiment:
    """A figure's problems, runs and way of showing them."""

    name: str
    figure: str
    window: str | None
    baselines: list[str]
    problem: ProblemSpec | FileSpec
    runs: dict[int, RunSpec]


def load_experiments(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Experiment]:
    """Every experiment of a configuration, by name.

    Parameters
    ----------
    config : mapping, as read from config/*.yaml.
    schema : mapping, the JSON schema workflow/schemas/config.schema.yaml.

    Raises
    ------
    ConfigError
        With one sentence that names the key at fault and the remedy.
    """
    checked = check(config, schema)
    for name in checked["experiments"]:
        file_name("experiments", name)
    return {
        name: _experiment(name, {"instances": checked["instances"]} | entry, checked["seed"])
        for name, entry in checked["experiments"].items()
    }


def _experiment(name: str, entry: dict[str, Any], seed: int) -> Experiment:
    place = f"experiments.{name}"
    problem: ProblemSpec | FileSpec
    if isinstance(entry["design"], dict) and "file" in entry["design"]:
        problem = file_spec(place, name, entry, seed)
    else:
        problem = problem_spec(place, name, entry, seed)
    signal = entry.get("signal", "unknown")
    if (entry["figure"] == "images") != (signal == "mnist"):
        raise ConfigError(
            f"{place}.figure is {entry['figure']} with signal {signal}; figure images and signal "
            "mnist go together."
        )
    if entry["figure"] == "coordinates" and problem.replicates > 1:
        raise ConfigError(
            f"{place}.replicates is {problem.replicates}, but figure coordinates shows one "
            "instance; set replicates to 1 or figure to error."
        )
    if entry.get("baselines") and entry["figure"] != "error":
        raise ConfigError(
            f"{place}.baselines has no place in figure {entry['figure']}; remove it or set figure "
            "to error."
        )
    if "ridge" in entry.get("baselines", []) and entry.get("n", 5) < 5:
        raise ConfigError(
            f"{place}.n is {entry['n']}, but ridge is cross-validated in 5 folds; raise n or "
            "remove ridge from baselines."
        )
    return Experiment(
        name=name,
        figure=entry["figure"],
        window=entry.get("window"),
        baselines=entry.get("baselines", []),
        problem=problem,
        runs=_runs(place, entry),
    )


def _runs(place: str, entry: dict[str, Any]) -> dict[int, RunSpec]:
    """One run a depth, in the order of the configuration."""
    depths: list[int] = entry["depths"]
    steps = _per_depth(f"{place}.step_size", entry["step_size"], depths)
    iterations = _per_depth(f"{place}.iterations", entry["iterations"], depths)
    runs = {}
    for depth, step, count in zip(depths, steps, iterations, strict=True):
        alpha, init = starts(place, entry, depth)
        runs[depth] = RunSpec(
            depth=depth,
            alpha=alpha,
            init=init,
            one_sided=entry.get("one_sided", False),
            step_size=_step_size(place, step, depth),
            iterations=count,
        )
    return runs


def _step_size(place: str, step: float | str, depth: int) -> float:
    """A step given as a number or as "c/N^2"."""
    value = float(step.split("/")[0]) / depth**2 if isinstance(step, str) else float(step)
    if not 0 < value < math.inf:
        raise ConfigError(f"{place}.step_size is {step}; give a positive number.")
    return value


def _per_depth(place: str, value: T | list[T], depths: list[int]) -> list[T]:
    """One value for each depth."""
    if not isinstance(value, list):
        return [value] * len(depths)
    if len(value) != len(depths):
        raise ConfigError(
            f"{place} has {len(value)} entries for {len(depths)} depths; give one for each depth."
        )
    return value
