"""What a configuration says of problems, checked and made into specifications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from implicit_sparsity.checks import nearest
from implicit_sparsity.pipeline.config.data_files import file_specification
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.models import (
    DrawnSignal,
    FileDesign,
    NoiseLaw,
    ProblemKeys,
    RandomDesign,
    design_options,
)
from implicit_sparsity.pipeline.config.place import Place
from implicit_sparsity.problems import mnist, signals, synthetic
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec
from implicit_sparsity.theory.levels import universal_level

#: Columns of the row that is drawn to check a design's options, of no more memory than a check may.
ROW = 10**6
#: Pixels of an MNIST image.
PIXELS = 784


def specification(
    place: Place, name: str, entry: ProblemKeys, seed: int, folders: Sequence[Path]
) -> ProblemSpec | FileSpec:
    """The specification of the problems of one entry of the configuration.

    Parameters
    ----------
    place : Place
        Where the entry stands, for messages.
    name : str
        Key of the random streams.
    entry : ProblemKeys
        The entry, with its instances.
    seed : int
        Root seed of fresh instances.
    folders : sequence of Path
        Where relative paths of data are looked for.

    Raises
    ------
    ConfigError
        With one sentence that names the key at fault and the remedy.
    """
    given = entry.model_fields_set
    if "design" not in given:
        raise place.missing("design")
    if isinstance(entry.design, FileDesign):
        return file_specification(place, name, entry, entry.design, seed, folders)
    for key in ("n", "p", "signal", "noise"):
        if key not in given:
            raise place.missing(key)
    design, options = _design(place, entry)
    signal = _signal(place, entry)
    if entry.instances == "authors":
        _check_authors(place, entry, design, options)
    if entry.signal == "mnist" and entry.replicates > len(mnist.DIGITS):
        images = f"but there are {len(mnist.DIGITS)} images; lower it."
        raise place.fault("replicates", f"is {entry.replicates}, {images}")
    k = _sparsity(place, entry, signal)
    law, noise = _noise(place, entry, signal, k)
    return ProblemSpec(
        experiment=name,
        instances=entry.instances,
        seed=0 if entry.instances == "authors" else seed,  # the authors' problems have their own
        design=design,
        options=options,
        n=entry.n,
        p=entry.p,
        signal=signal,
        k=k,
        noise=noise,
        replicates=entry.replicates,
        law=law,
    )


def _check_authors(place: Place, entry: ProblemKeys, design: str, options: dict[str, Any]) -> None:
    """That the authors' instances can be rebuilt."""
    if design != "rademacher":
        raise place.fault(
            "design", f"is {design}, which the authors did not draw; set instances: fresh here."
        )
    if entry.n < 16:
        raise place.fault(
            "n",
            f"is {entry.n}, but the authors' noise can be rebuilt from n = 16 on; raise n or set "
            "instances: fresh.",
        )
    if set(options) - {"probability"}:
        raise place.fault("design", "has options that the authors' has not; set instances: fresh.")
    if isinstance(entry.signal, DrawnSignal):
        raise place.fault("signal", "is random, which the authors' is not; set instances: fresh.")
    if isinstance(entry.noise, NoiseLaw):
        raise place.fault("noise", "is not Gaussian, as the authors' is; set instances: fresh.")


def _design(place: Place, entry: ProblemKeys) -> tuple[str, dict[str, Any]]:
    """Name and options of the design."""
    if not isinstance(entry.design, RandomDesign):
        name, options = str(entry.design), {}
    else:
        name, options = entry.design.name, dict(entry.design.model_extra or {})
    known = design_options(name)
    where = f"{place.entry}.design"
    for key in options:
        if key not in known:
            hint = nearest(key, ["name", *known])
            raise ConfigError(where, f"Config key {key!r} in {where} is unknown; {hint}")
    try:
        # One row is cheap to draw and tells whether the options are there and in range.
        synthetic.design(name, np.random.default_rng(0), 1, min(entry.p, ROW), **options)
    except ValueError as error:
        raise ConfigError(where, f"{where}: {error}") from None
    return name, options


def _one_of(place: Place, key: str, given: Iterable[str], known: Sequence[str]) -> str:
    """The one of some keys that a mapping gives."""
    found = [name for name in known if name in given]
    if len(found) != 1:
        raise place.fault(key, f"needs exactly one of {', '.join(known)}; give one.")
    return found[0]


def _signal(place: Place, entry: ProblemKeys) -> Any:
    """The signal as the specification holds it."""
    if not isinstance(entry.signal, DrawnSignal):
        return entry.signal
    found = entry.signal.model_dump(exclude_unset=True)
    sizes = _one_of(place, "signal", found, signals.SIZES)
    if isinstance(ends := found[sizes], list) and ends[0] >= ends[1]:
        low, high = ends
        raise place.fault(f"signal.{sizes}", f"is {low:g}, {high:g}; give the lower end first.")
    return found


def _sparsity(place: Place, entry: ProblemKeys, signal: Any) -> int | None:
    """The number k of non-zero weights, None for the dense signals."""
    given = "k" in entry.model_fields_set
    if isinstance(signal, str):
        if given:
            raise place.fault("k", f"has no meaning with signal {signal}; remove it.")
        if signal == "mnist" and entry.p != PIXELS:
            raise place.fault(
                "p",
                f"is {entry.p}, but an MNIST image has {PIXELS} pixels; set p to {PIXELS}.",
            )
        return None
    values = signal if isinstance(signal, list) else [signal]
    if 0 in values:
        raise place.fault("signal", "holds a zero; give non-zero weights only.")
    k = entry.k if given else len(signal) if isinstance(signal, list) else None
    if k is None:
        raise place.fault("k", f"is missing; say how many weights are {signal}.")
    if k > entry.p:
        raise place.fault("k", f"is {k}, more than p = {entry.p}; lower it.")
    if isinstance(signal, list) and len(signal) != k:
        raise place.fault("signal", f"has {len(signal)} entries but k is {k}; give one for each.")
    return k


def _noise(place: Place, entry: ProblemKeys, signal: Any, k: int | None) -> tuple[str, float]:
    """The law and the scale of the noise; critical over c is σ = min|w*| / (c √(2 log p / n)).

    There the largest gradient from the noise, about 2σ √(2 log p / n), equals the least from the
    signal, 2 min|w*|.
    """
    divisor = 1.0
    if isinstance(entry.noise, NoiseLaw):
        found = entry.noise.model_dump(exclude_unset=True)
        law = _one_of(place, "noise", found, list(NoiseLaw.model_fields))
        if law != "critical_over":
            return law, float(found[law])
        divisor = float(found[law])
    elif entry.noise != "critical":
        return "gaussian", float(entry.noise)
    if k is None:
        raise place.fault("noise", "is critical, which needs a sparse signal; give a number.")
    if entry.p < 2:
        raise place.fault(
            "noise",
            f"is critical, which has no value at p = {entry.p}, where log p is 0; give a number.",
        )
    least = signals.least(signal) if isinstance(signal, dict) else float(np.abs(signal).min())
    return "gaussian", least / universal_level(entry.n, entry.p, divisor)
