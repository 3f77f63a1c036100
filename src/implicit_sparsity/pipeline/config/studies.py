"""A study of the configuration: a grid of problems × depths × starts, a row of a table each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from implicit_sparsity.pipeline.config.check import ConfigError, check, file_name, starts
from implicit_sparsity.pipeline.config.problems import problem_spec
from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.problems.spec import ProblemSpec

#: The keys of a study, beside its grid, that each measure reads.
OPTIONS: dict[str, set[str]] = {
    "recovery": {"until"},
    "activation": set(),
    "kernel": set(),
    "images": set(),
    "discretisation": {"step_size"},
    "precision": {"step_size"},
    "stopping": set(),
}


@dataclass(frozen=True)
class Study:
    """A table's problems, runs by depth (as it is written in file names), and peers."""

    name: str
    measure: str
    cells: list[ProblemSpec]
    runs: dict[str, StudySpec]
    peers: list[str]


def load_studies(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Study]:
    """Every study of a configuration, by name.

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
    studies = checked.get("studies", {})
    for name in studies:
        file_name("studies", name)
        if name in checked["experiments"]:
            raise ConfigError(f"studies.{name} is also an experiment; give it another name.")
    return {
        name: _study(name, {"instances": "fresh"} | entry, checked["seed"])
        for name, entry in studies.items()
    }


def _study(name: str, entry: dict[str, Any], seed: int) -> Study:
    place, measure = f"studies.{name}", entry["measure"]
    if (measure == "images") != (entry["signal"] == "mnist"):
        raise ConfigError(
            f"{place}.measure is {measure} with signal {entry['signal']}; measure images and "
            "signal mnist go together."
        )
    given = set.union(*OPTIONS.values()) & set(entry)
    if given - OPTIONS[measure]:
        key = min(given - OPTIONS[measure])
        raise ConfigError(f"{place}.{key} has no meaning for measure {measure}; remove it.")
    if "step_size" in OPTIONS[measure] - given:
        raise ConfigError(f"{place}.step_size is missing; give a list of step sizes.")
    if "step_size" in OPTIONS[measure] and any(depth % 1 for depth in entry["depths"]):
        raise ConfigError(f"{place}.depths must be whole for measure {measure}, which descends.")
    if len({f"{depth:g}" for depth in entry["depths"]}) < len(entry["depths"]):
        raise ConfigError(f"{place}.depths agree to six digits in some; drop one of them.")
    cells = [problem_spec(place, name, entry | sweep, seed) for sweep in _sweeps(entry)]
    if any(cell in cells[:i] for i, cell in enumerate(cells)):
        raise ConfigError(f"{place}.vary holds a combination twice; drop one of them.")
    for user in {measure, *entry.get("peers", [])} - {"images", "kernel", "ridge", "least_squares"}:
        if any(cell.k is None for cell in cells):
            raise ConfigError(
                f"{place}.signal is dense, but {user} needs a sparse one; give k numbers."
            )
    return Study(
        name=name,
        measure=measure,
        cells=cells,
        runs={f"{depth:g}": _run(place, entry, depth, cells) for depth in entry["depths"]},
        peers=entry.get("peers", []),
    )


def _sweeps(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What replaces the entry's own values, for each cell."""
    for sweep in entry.get("vary", [{}]):
        for values in itertools.product(*sweep.values()):
            yield dict(zip(sweep, values, strict=True))


def _run(place: str, entry: dict[str, Any], depth: float, cells: list[ProblemSpec]) -> StudySpec:
    alpha, init = starts(place, entry, depth)
    return StudySpec(
        measure=entry["measure"],
        cells=cells,
        depth=depth,
        alpha=alpha,
        init=init,
        options={key: entry[key] for key in sorted(OPTIONS[entry["measure"]] & set(entry))},
    )
