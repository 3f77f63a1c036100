"""The configuration, checked once and turned into grids."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from implicit_sparsity.checks import nearest
from implicit_sparsity.pipeline.config import estimates, names, rules
from implicit_sparsity.pipeline.config.errors import ConfigError, explain, file_name, quoted
from implicit_sparsity.pipeline.config.grids import (
    Configuration,
    Experiment,
    Study,
    cells,
    starts,
    written,
)
from implicit_sparsity.pipeline.config.models import ConfigKeys, GridKeys, ProblemKeys
from implicit_sparsity.pipeline.config.place import Place
from implicit_sparsity.pipeline.config.problems import specification
from implicit_sparsity.pipeline.config.runs import runs
from implicit_sparsity.pipeline.specs import StudySpec, SystemSpec
from implicit_sparsity.problems.spec import ProblemSpec

#: What the cells of a study have in common, or do not depend on.
_SHARED = {"experiment", "instances", "seed", "replicates"}


def load(config: Mapping[str, Any], folders: Sequence[Path] = (Path(),)) -> Configuration:
    """Check a configuration.

    Parameters
    ----------
    config : mapping
        As read from config/config.yaml with others laid over it. An experiment, study or related
        system that is null is left out, and so are all studies, systems or pages.
    folders : sequence of Path, optional
        Where relative paths of data are looked for, the working directory without.

    Raises
    ------
    ConfigError
        With one sentence that names the key at fault and the remedy.
    """
    plain: dict[str, Any] = _plain(config)
    left_out: list[str] = []
    for key in ("studies", "related", "pages"):
        if plain.get(key, key) is None:  # all of them
            left_out.append(key)
            del plain[key]
    for kind in ("experiments", "studies", "related"):
        if isinstance(entries := plain.get(kind), dict):
            left_out += [name for name, entry in entries.items() if entry is None]
            plain[kind] = {name: entry for name, entry in entries.items() if entry is not None}
            for name in plain[kind]:
                file_name(kind, name)
    try:
        keys = ConfigKeys.model_validate(plain)
    except ValidationError as error:
        raise explain(error, ConfigKeys, plain) from None
    related = {name: getattr(keys.related, name) for name in keys.related.model_fields_set}
    _refuse_twice("studies", keys.studies, "an experiment", keys.experiments)
    _refuse_twice("related", related, "an experiment", keys.experiments)
    _refuse_twice("related", related, "a study", keys.studies)
    loader = _Loader(keys, folders)
    return Configuration(
        experiments={name: loader.experiment(name) for name in keys.experiments},
        studies={name: loader.study(name) for name in keys.studies},
        related={name: loader.system(name) for name in names.systems() if name in related},
        pages=keys.pages,
        left_out=left_out,
    )


def _refuse_twice(kind: str, names: Iterable[str], other: str, taken: Iterable[str]) -> None:
    """Refuse an entry that has the name of one of another kind, as both name files."""
    for name in set(names) & set(taken):
        place = f"{kind}.{name}"
        raise ConfigError(place, f"{place} is also {other}; give it another name.")


def _with_own_draws(problem: Any) -> Any:
    """A cell of a grid whose random streams have a key of their own: what the cell is."""
    if not isinstance(problem, ProblemSpec):
        return problem
    cell = {key: value for key, value in asdict(problem).items() if key not in _SHARED}
    return replace(problem, experiment=f"{problem.experiment}/{json.dumps(cell, sort_keys=True)}")


def _plain(value: Any) -> Any:
    """``value`` as plain dicts and lists."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class _Loader:
    """Makes grids of the entries of a configuration whose every value is of its type."""

    keys: ConfigKeys
    folders: Sequence[Path]

    def experiment(self, name: str) -> Experiment:
        place, entry = self._resolved("experiments", name, self.keys.instances)
        problem = specification(place, name, entry, self.keys.seed, self.folders)
        rules.check_figure(place, entry)
        rules.check_signs(place, entry, problem)
        rules.check_baselines(place, entry, [problem])
        steps = runs(place, entry, problem)
        self._refuse_beyond(place, [problem], "runs", list(steps.values()))
        return Experiment(
            name=name,
            cells=[problem],
            baselines=entry.baselines,
            figure=entry.figure,
            window=entry.window,
            runs=steps,
        )

    def study(self, name: str) -> Study:
        place, entry = self._resolved("studies", name, "fresh")
        options = rules.options(place, entry)
        problems: list[Any] = [
            specification(place, name, cell, self.keys.seed, self.folders) for cell in cells(entry)
        ]
        if entry.own_draws:
            problems = [_with_own_draws(problem) for problem in problems]
        rules.check_study(place, entry, problems)
        rules.check_baselines(place, entry, problems)
        flows = {
            written(depth): StudySpec(
                entry.measure, problems, depth, *starts(place, entry, depth), options
            )
            for depth in entry.depths
        }
        self._refuse_beyond(place, problems, "measurements", list(flows.values()))
        return Study(
            name=name,
            cells=problems,
            baselines=entry.baselines,
            measure=entry.measure,
            timed=names.says(entry.measure, "TIMED"),
            runs=flows,
        )

    def _refuse_beyond(self, place: Place, cells: list[Any], job: str, specs: list[Any]) -> None:
        """Refuse a grid with a job that this machine, or the limits, cannot hold."""
        jobs = [job, "problems"] if job == "runs" else [job]
        memory = max(estimates.memory(job, cells) for job in jobs) / 1000
        time = max(
            estimates.hours(cells, len(spec.alpha), spec if job == "runs" else None)
            for spec in specs
        )
        estimates.refuse_beyond(place.entry, self.keys.limits, memory, time)

    def system(self, name: str) -> SystemSpec:
        entry = getattr(self.keys.related, name)
        given = entry.model_fields_set & set(names.settings(name))
        settings = {key: getattr(entry, key) for key in names.settings(name) if key in given}
        rules.check_settings(Place(f"related.{name}", {}), name, settings)
        return SystemSpec(name, self.keys.seed, entry.draws, settings)

    def _resolved(self, kind: str, name: str, instances: str) -> tuple[Place, Any]:
        """An entry with the keys of its named problem where it has none of its own."""
        entry: GridKeys = getattr(self.keys, kind)[name]
        place, inherited = f"{kind}.{name}", dict[str, str]()
        update: dict[str, Any] = {"instances": instances}
        if "problem" in entry.model_fields_set:
            if entry.problem not in self.keys.problems:
                hint = nearest(entry.problem, self.keys.problems) if self.keys.problems else ""
                raise ConfigError(
                    f"{place}.problem",
                    f"Config key {place}.problem is {quoted(entry.problem)}, which is no entry of "
                    f"problems; {hint or 'add it.'}",
                )
            problem: ProblemKeys = self.keys.problems[entry.problem]
            keys = problem.model_fields_set - entry.model_fields_set
            inherited = dict.fromkeys(keys, entry.problem)
            update |= {key: getattr(problem, key) for key in keys}
        if "instances" in entry.model_fields_set:
            del update["instances"]
        return Place(place, inherited), entry.model_copy(update=update)
