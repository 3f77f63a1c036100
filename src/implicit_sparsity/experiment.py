"""An experiment of the configuration: its problems and its grid of depths and starts."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from implicit_sparsity.config import ConfigError, check, nearest
from implicit_sparsity.instances import fresh, mnist
from implicit_sparsity.specs import ProblemSpec, RunSpec

T = TypeVar("T")


@dataclass(frozen=True)
class Experiment:
    """A figure's problems, runs and way of showing them."""

    name: str
    figure: str
    window: str | None
    baselines: list[str]
    problem: ProblemSpec
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
        if not isinstance(name, str) or not re.fullmatch("[a-z][a-z0-9_]*", name):
            raise ConfigError(
                f"experiments has an entry named {name!r}, which is also a file name; use "
                "lower-case letters, digits and underscores, a letter first."
            )
    return {
        name: _experiment(name, {"instances": checked["instances"]} | entry, checked["seed"])
        for name, entry in checked["experiments"].items()
    }


def _experiment(name: str, entry: dict[str, Any], seed: int) -> Experiment:
    place = f"experiments.{name}"
    problem = _problem(place, name, entry, seed)
    if (entry["figure"] == "images") != (entry["signal"] == "mnist"):
        raise ConfigError(
            f"{place}.figure is {entry['figure']} with signal {entry['signal']}; figure images "
            "and signal mnist go together."
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
    if "ridge" in entry.get("baselines", []) and problem.n < 5:
        raise ConfigError(
            f"{place}.n is {problem.n}, but ridge is cross-validated in 5 folds; raise n or remove "
            "ridge from baselines."
        )
    return Experiment(
        name=name,
        figure=entry["figure"],
        window=entry.get("window"),
        baselines=entry.get("baselines", []),
        problem=problem,
        runs=_runs(place, entry),
    )


def _problem(place: str, name: str, entry: dict[str, Any], seed: int) -> ProblemSpec:
    design, options = _design(f"{place}.design", entry)
    if entry["instances"] == "authors" and design != "rademacher":
        raise ConfigError(
            f"{place}.design is {design}, which the authors did not draw; "
            "set instances: fresh in this experiment."
        )
    if entry["instances"] == "authors" and entry["n"] < 16:
        raise ConfigError(
            f"{place}.n is {entry['n']}, but the authors' noise can be rebuilt from n = 16 on; "
            "raise n or set instances: fresh."
        )
    replicates = entry.get("replicates", 1)
    if entry["signal"] == "mnist" and replicates > len(mnist.DIGITS):
        raise ConfigError(
            f"{place}.replicates is {replicates}, but there are {len(mnist.DIGITS)} images; "
            "lower it."
        )
    return ProblemSpec(
        experiment=name,
        instances=entry["instances"],
        seed=seed,
        design=design,
        options=options,
        n=entry["n"],
        p=entry["p"],
        signal=entry["signal"],
        k=_sparsity(place, entry),
        noise=entry["noise"],
        replicates=replicates,
    )


def _design(place: str, entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Name and options of the design."""
    options = entry["design"] if isinstance(entry["design"], dict) else {"name": entry["design"]}
    name = options["name"]
    options = {key: value for key, value in options.items() if key != "name"}
    if name not in fresh.DESIGNS:
        raise ConfigError(
            f"Config key {place} is {name!r}, which is unknown; {nearest(name, fresh.DESIGNS)}"
        )
    parameters = inspect.signature(fresh.DESIGNS[name]).parameters.values()
    known = [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
    for key in options:
        if key not in known:
            raise ConfigError(
                f"Config key {key!r} in {place} is unknown; {nearest(key, ['name', *known])}"
            )
    try:
        # One row is cheap to draw and tells whether the options are there and in range.
        fresh.design(name, np.random.default_rng(0), 1, entry["p"], **options)
    except ValueError as error:
        raise ConfigError(f"{place}: {error}") from None
    return name, options


def _sparsity(place: str, entry: dict[str, Any]) -> int | None:
    """The number k of non-zero weights, None for the dense signals."""
    signal, p = entry["signal"], entry["p"]
    if isinstance(signal, str):
        if "k" in entry:
            raise ConfigError(f"{place}.k has no meaning with signal {signal}; remove it.")
        if signal == "mnist" and p != 784:
            raise ConfigError(f"{place}.p is {p}, but an MNIST image has 784 pixels; set p to 784.")
        return None
    if 0 in (signal if isinstance(signal, list) else [signal]):
        raise ConfigError(f"{place}.signal holds a zero; give non-zero weights only.")
    k: int | None = entry.get("k", len(signal) if isinstance(signal, list) else None)
    if k is None:
        raise ConfigError(f"{place}.k is missing; say how many weights are {signal}.")
    if k > p:
        raise ConfigError(f"{place}.k is {k}, more than p = {p}; lower it.")
    if isinstance(signal, list) and len(signal) != k:
        raise ConfigError(
            f"{place}.signal has {len(signal)} entries but k is {k}; give one for each."
        )
    return k


def _runs(place: str, entry: dict[str, Any]) -> dict[int, RunSpec]:
    """One run a depth, in the order of the configuration."""
    depths: list[int] = entry["depths"]
    if ("alpha" in entry) == ("init" in entry):
        raise ConfigError(f"{place} needs exactly one of alpha and init (= alpha^N); give one.")
    starts = entry["alpha" if "alpha" in entry else "init"]
    starts = [float(a) for a in (starts if isinstance(starts, list) else [starts])]
    steps = _per_depth(f"{place}.step_size", entry["step_size"], depths)
    iterations = _per_depth(f"{place}.iterations", entry["iterations"], depths)
    return {
        depth: RunSpec(
            depth=depth,
            alpha=starts if "alpha" in entry else [a ** (1 / depth) for a in starts],
            init=starts if "init" in entry else [_power(place, a, depth) for a in starts],
            one_sided=entry.get("one_sided", False),
            step_size=_step_size(place, step, depth),
            iterations=count,
        )
        for depth, step, count in zip(depths, steps, iterations, strict=True)
    }


def _step_size(place: str, step: float | str, depth: int) -> float:
    """A step given as a number or as "c/N^2"."""
    value = float(step.split("/")[0]) / depth**2 if isinstance(step, str) else float(step)
    if not 0 < value < math.inf:
        raise ConfigError(f"{place}.step_size is {step}; give a positive number.")
    return value


def _power(place: str, alpha: float, depth: int) -> float:
    """α^N, if double precision holds it."""
    try:
        power = alpha**depth
    except OverflowError:
        power = math.inf
    if not 0 < power < math.inf:
        raise ConfigError(
            f"{place}.alpha is {alpha:g}, whose power {depth} is beyond double precision; move it "
            "towards 1."
        )
    return power


def _per_depth(place: str, value: T | list[T], depths: list[int]) -> list[T]:
    """One value for each depth."""
    if not isinstance(value, list):
        return [value] * len(depths)
    if len(value) != len(depths):
        raise ConfigError(
            f"{place} has {len(value)} entries for {len(depths)} depths; give one for each depth."
        )
    return value
