"""What a configuration says of random problems, checked: designs, sparsity, signal and noise."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np

from implicit_sparsity.checks import nearest
from implicit_sparsity.pipeline.config.check import ConfigError
from implicit_sparsity.problems import mnist, synthetic
from implicit_sparsity.problems.designs.registry import DESIGNS
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec
from implicit_sparsity.theory.levels import universal_level


def problem_spec(place: str, name: str, entry: dict[str, Any], seed: int) -> ProblemSpec:
    """The specification of the problems of one entry of the configuration.

    Parameters
    ----------
    place : where the entry stands, for messages.
    name : key of the random streams.
    entry : instances, design, n, p, k, signal, noise and replicates, valid by the schema.
    seed : root seed of fresh instances.

    Raises
    ------
    ConfigError
        With one sentence that names the key at fault and the remedy.
    """
    for key in ("n", "p", "signal", "noise"):
        if key not in entry:
            raise ConfigError(f"Config key {key!r} is missing in {place}; add it.")
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
    if entry["instances"] == "authors" and set(options) - {"probability"}:
        raise ConfigError(
            f"{place}.design has options that the authors' has not; set instances: fresh."
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
        k=(k := _sparsity(place, entry)),
        noise=_noise(place, entry, k),
        replicates=replicates,
    )


def file_spec(place: str, name: str, entry: dict[str, Any], seed: int) -> FileSpec:
    """The specification of problems that are read from a file.

    Parameters and errors are those of :func:`problem_spec`.
    """
    design, place_of_design = entry["design"], f"{place}.design"
    known = ("file", "target", "centre", "scale", "held_out")
    for key in design:
        if key not in known:
            raise ConfigError(
                f"Config key {key!r} in {place_of_design} is unknown; {nearest(key, known)}"
            )
    for key in ("n", "p", "k", "signal", "noise"):
        if key in entry:
            raise ConfigError(f"{place}.{key} has no meaning for data from a file; remove it.")
    for key in ("centre", "scale"):
        if key not in design:
            raise ConfigError(
                f"Config key {key!r} is missing in {place_of_design}; say true, as theory assumes, "
                "or false."
            )
    path = Path(design["file"])
    if path.suffix not in (".npz", ".csv"):
        raise ConfigError(f"{place_of_design}.file is {path}; give an .npz or .csv file.")
    if not path.is_file():
        raise ConfigError(
            f"{place_of_design}.file is {path}, which is not there; give its path from where "
            "Snakemake runs."
        )
    if (path.suffix == ".csv") != ("target" in design):
        raise ConfigError(
            f"{place_of_design}.target names the target column of a .csv file and of nothing else; "
            f"{'remove' if 'target' in design else 'add'} it."
        )
    if entry.get("window") == "coordinate":
        raise ConfigError(
            f"{place}.window is coordinate, which needs a known support; set it to error."
        )
    return FileSpec(
        experiment=name,
        seed=seed,
        file=str(path),
        target=design.get("target"),
        centre=design["centre"],
        scale=design["scale"],
        held_out=design.get("held_out", 0.2),
        replicates=entry.get("replicates", 1),
    )


def _design(place: str, entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Name and options of the design."""
    options = entry["design"] if isinstance(entry["design"], dict) else {"name": entry["design"]}
    if "name" not in options:
        raise ConfigError(f"Config key 'name' is missing in {place}; add it.")
    name = options["name"]
    options = {key: value for key, value in options.items() if key != "name"}
    if name not in DESIGNS:
        raise ConfigError(
            f"Config key {place} is {name!r}, which is unknown; {nearest(name, DESIGNS)}"
        )
    parameters = inspect.signature(DESIGNS[name]).parameters.values()
    known = [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
    for key in options:
        if key not in known:
            raise ConfigError(
                f"Config key {key!r} in {place} is unknown; {nearest(key, ['name', *known])}"
            )
    try:
        # One row is cheap to draw and tells whether the options are there and in range.
        synthetic.design(name, np.random.default_rng(0), 1, entry["p"], **options)
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
    if isinstance(signal, dict):
        if entry["instances"] == "authors":
            raise ConfigError(
                f"{place}.signal is random, which the authors' is not; set instances: fresh."
            )
        low, high = signal["uniform"]
        if low >= high:
            raise ConfigError(f"{place}.signal.uniform is {low}, {high}; give the lower end first.")
    elif 0 in (signal if isinstance(signal, list) else [signal]):
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


def _noise(place: str, entry: dict[str, Any], k: int | None) -> float:
    """The noise scale; "critical" is σ = min|w*| / √(2 log p / n).

    There the largest noise drive, about 2σ √(2 log p / n), equals the least signal drive 2 min|w*|.
    """
    if entry["noise"] != "critical":
        return float(entry["noise"])
    if k is None or entry["p"] < 2:
        raise ConfigError(f"{place}.noise is critical, which needs a sparse signal; give a number.")
    signal = entry["signal"]
    least = signal["uniform"][0] if isinstance(signal, dict) else np.abs(signal).min()
    return float(least) / universal_level(entry["n"], entry["p"], 1.0)
