"""What a configuration says of problems, checked and made into specifications."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from implicit_sparsity.checks import nearest
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.models import (
    FileDesign,
    ProblemKeys,
    RandomDesign,
    Uniform,
    design_options,
)
from implicit_sparsity.problems import mnist, synthetic
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec
from implicit_sparsity.theory.levels import universal_level

#: Designs of one problem that are too large for a computer of these days, in bytes.
LARGEST = 32e9
#: Pixels of an MNIST image.
PIXELS = 784


class Place:
    """Where the keys of an entry stand.

    Parameters
    ----------
    entry : str
        The entry, as in ``experiments.convergence``.
    inherited : dict
        The named problem that a key comes from, by key.
    """

    def __init__(self, entry: str, inherited: dict[str, str]) -> None:
        self.entry = entry
        self.inherited = inherited

    def fault(self, key: str, message: str) -> ConfigError:
        """The error that says of a key what is wrong with it and how to correct it."""
        place, source = f"{self.entry}.{key}", self.inherited.get(key)
        if source is None:
            return ConfigError(place, f"{place} {message}")
        return ConfigError(self.entry, f"{place} (from problems.{source}) {message}")

    def missing(self, key: str, within: str = "", remedy: str = "add it.") -> ConfigError:
        """The error that names a key that is not there."""
        place = f"{self.entry}{within}"
        return ConfigError(place, f"Config key {key!r} is missing in {place}; {remedy}")


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
        return _file_spec(place, name, entry, entry.design, seed, folders)
    for key in ("n", "p", "signal", "noise"):
        if key not in given:
            raise place.missing(key)
    _check_size(place, entry)
    design, options = _design(place, entry)
    if entry.instances == "authors":
        _check_authors(place, entry, design, options)
    if entry.signal == "mnist" and entry.replicates > len(mnist.DIGITS):
        images = f"but there are {len(mnist.DIGITS)} images; lower it."
        raise place.fault("replicates", f"is {entry.replicates}, {images}")
    k = _sparsity(place, entry)
    signal: Any = entry.signal
    return ProblemSpec(
        experiment=name,
        instances=entry.instances,
        seed=seed,
        design=design,
        options=options,
        n=entry.n,
        p=entry.p,
        signal=signal.model_dump() if isinstance(signal, Uniform) else signal,
        k=k,
        noise=_noise(place, entry, k),
        replicates=entry.replicates,
    )


def _check_size(place: Place, entry: ProblemKeys) -> None:
    """A job holds the designs of all replicates at a time."""
    size = 8.0 * entry.n * entry.p * entry.replicates
    if size > LARGEST:
        key = max(("n", "p", "replicates"), key=lambda key: getattr(entry, key))
        raise place.fault(
            key,
            f"is {getattr(entry, key)}, but n × p × replicates = {entry.n} × {entry.p} × "
            f"{entry.replicates} numbers take {size / 1e9:.0f} GB of memory; lower one of them to "
            f"stay below {LARGEST / 1e9:.0f} GB.",
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
    if isinstance(entry.signal, Uniform):
        raise place.fault("signal", "is random, which the authors' is not; set instances: fresh.")


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
        synthetic.design(name, np.random.default_rng(0), 1, entry.p, **options)
    except ValueError as error:
        raise ConfigError(where, f"{where}: {error}") from None
    return name, options


def _sparsity(place: Place, entry: ProblemKeys) -> int | None:
    """The number k of non-zero weights, None for the dense signals."""
    signal: Any = entry.signal
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
    if isinstance(signal, Uniform):
        low, high = signal.uniform
        if low >= high:
            raise place.fault("signal.uniform", f"is {low:g}, {high:g}; give the lower end first.")
    elif 0 in (signal if isinstance(signal, list) else [signal]):
        raise place.fault("signal", "holds a zero; give non-zero weights only.")
    k = entry.k if given else len(signal) if isinstance(signal, list) else None
    if k is None:
        shown = signal.model_dump() if isinstance(signal, Uniform) else signal
        raise place.fault("k", f"is missing; say how many weights are {shown}.")
    if k > entry.p:
        raise place.fault("k", f"is {k}, more than p = {entry.p}; lower it.")
    if isinstance(signal, list) and len(signal) != k:
        raise place.fault("signal", f"has {len(signal)} entries but k is {k}; give one for each.")
    return k


def _noise(place: Place, entry: ProblemKeys, k: int | None) -> float:
    """The noise scale; "critical" is σ = min|w*| / √(2 log p / n).

    There the largest gradient from the noise, about 2σ √(2 log p / n), equals the least from the
    signal, 2 min|w*|.
    """
    if entry.noise != "critical":
        return float(entry.noise)
    if k is None or entry.p < 2:
        raise place.fault("noise", "is critical, which needs a sparse signal; give a number.")
    signal: Any = entry.signal
    least = signal.uniform[0] if isinstance(signal, Uniform) else np.abs(signal).min()
    return float(least) / universal_level(entry.n, entry.p, 1.0)


def _file_spec(
    place: Place,
    name: str,
    entry: ProblemKeys,
    design: FileDesign,
    seed: int,
    folders: Sequence[Path],
) -> FileSpec:
    """The specification of problems that are read from a file."""
    for key in ("n", "p", "k", "signal", "noise"):
        if key in entry.model_fields_set:
            raise place.fault(key, "has no meaning for data from a file; remove it.")
    for key in ("centre", "scale"):
        if key not in design.model_fields_set:
            remedy = "say true, as theory assumes, or false."
            raise place.missing(key, ".design", remedy)
    suffix = Path(design.file).suffix
    if suffix not in (".npz", ".csv"):
        raise place.fault("design.file", f"is {design.file}; give an .npz or .csv file.")
    if (suffix == ".csv") != (design.target is not None):
        raise place.fault(
            "design.target",
            "names the target column of a .csv file and of nothing else; "
            f"{'remove' if design.target is not None else 'add'} it.",
        )
    return FileSpec(
        experiment=name,
        seed=seed,
        file=_found(place, design.file, folders),
        target=design.target,
        centre=design.centre,
        scale=design.scale,
        held_out=design.held_out,
        replicates=entry.replicates,
    )


def _found(place: Place, file: str, folders: Sequence[Path]) -> str:
    """The path of a data file, as given where it is there from the working directory."""
    if {"{", "}"} & set(file):
        raise place.fault(
            "design.file", f"is {file}, whose braces the workflow reads as wildcards; rename it."
        )
    for folder in folders:
        path = folder / file
        if path.is_file():
            return str(path)
    tried = " and ".join(dict.fromkeys(str((folder / file).resolve()) for folder in folders))
    raise place.fault(
        "design.file", f"is {file}, which is not there (tried {tried}); correct the path."
    )
