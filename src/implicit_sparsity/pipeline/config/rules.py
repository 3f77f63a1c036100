"""Rules that join several keys of an experiment, a study or a related system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from implicit_sparsity.pipeline.config import names
from implicit_sparsity.pipeline.config.data_files import trained_on
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.models import ExperimentKeys, GridKeys
from implicit_sparsity.pipeline.config.place import Place
from implicit_sparsity.pipeline.config.relations import relations
from implicit_sparsity.problems import signals
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec

#: Baselines that also make sense where no weight is zero.
DENSE = {"least_squares", "ridge_cv", "ridge_oracle"}
#: Folds of the methods in _cv.
FOLDS = 5


def options(place: Place, entry: Any) -> dict[str, Any]:
    """The keys of a study that its measure reads."""
    known = names.options(entry.measure)
    of_any = {key for measure in names.measures() for key in names.options(measure)}
    given = sorted(of_any & entry.model_fields_set)
    for key in given:
        if key not in known:
            raise place.fault(key, f"has no meaning for measure {entry.measure}; remove it.")
    for key, option in known.items():
        if option.required and key not in given:
            described = option.description[:1].lower() + option.description[1:]
            raise place.fault(key, f"is missing; give {described}")
    return {key: getattr(entry, key) for key in given}


def check_figure(place: Place, entry: ExperimentKeys) -> None:
    """That the figure of an experiment can show it."""
    figure, signal = entry.figure, entry.signal
    if (figure == "images") != (signal == "mnist"):
        shown = "unknown" if signal is None else signal
        raise place.fault(
            "figure",
            f"is {figure} with signal {shown}; figure images and signal mnist go together.",
        )
    if figure == "coordinates" and entry.replicates > 1:
        raise place.fault(
            "replicates",
            f"is {entry.replicates}, but figure coordinates shows one instance; set replicates to "
            "1 or figure to error.",
        )
    if entry.baselines and figure != "error":
        raise place.fault(
            "baselines", f"has no place in figure {figure}; remove it or set figure to error."
        )
    if entry.window == "coordinate" and (signal is None or isinstance(signal, str)):
        why = f", and signal {signal} has no sparse one" if signal else ""
        raise place.fault(
            "window", f"is coordinate, which needs a known support{why}; set it to error."
        )


def check_signs(place: Place, entry: ExperimentKeys, problem: ProblemSpec | FileSpec) -> None:
    """That a network whose weights cannot be negative is not asked for negative ones."""
    if (
        entry.one_sided
        and isinstance(problem, ProblemSpec)
        and signals.may_be_negative(problem.signal)
    ):
        raise place.fault(
            "one_sided",
            "is true, so that weights are u^N and never negative, but the signal has negative "
            "weights; set one_sided to false or give positive ones.",
        )


def check_study(place: Place, entry: Any, cells: Sequence[ProblemSpec | FileSpec]) -> None:
    """That the measure of a study makes sense for its problems and depths."""
    measure = entry.measure
    for cell in cells:
        if isinstance(cell, FileSpec):
            raise place.fault(
                "design", "is a file, which studies cannot measure; make it an experiment."
            )
        if (measure == "images") != (cell.signal == "mnist"):
            raise place.fault(
                "measure",
                f"is {measure} with signal {cell.signal}; measure images and signal mnist go "
                "together.",
            )
        if cell.k is None and not names.says(measure, "DENSE"):
            raise _dense(place, measure)
    if {"step_size", "scaled_step"} & set(names.options(measure)) and any(
        depth % 1 for depth in entry.depths
    ):
        raise place.fault("depths", f"must be whole for measure {measure}, which descends.")
    if any(cell in cells[:i] for i, cell in enumerate(cells)):
        raise place.fault("vary", "holds a combination twice; drop one of them.")


def check_settings(place: Place, system: str, settings: Mapping[str, Any]) -> None:
    """That the settings of a related system go together, as their annotations say."""
    for key, option in names.settings(system).items():
        for relation in relations(option.annotation):
            if key in settings and relation.key in settings:
                fault = relation.fault(settings[key], settings[relation.key])
                if fault:
                    raise place.fault(key, fault)


def check_baselines(place: Place, entry: GridKeys, cells: Sequence[ProblemSpec | FileSpec]) -> None:
    """That each method can be fitted to each of the problems."""
    for method in entry.baselines:
        for cell in cells:
            if isinstance(cell, FileSpec):
                if method.endswith("oracle") and cell.target is not None:
                    raise place.fault(
                        "baselines",
                        f"holds {method}, which needs the true weights, but a table has none; "
                        "remove it.",
                    )
                if method.endswith("_cv") and (count := trained_on(cell, FOLDS)) < FOLDS:
                    raise place.fault(
                        "baselines",
                        f"holds {method}, which is cross-validated in {FOLDS} folds, but of the "
                        f"samples in {cell.file:.300} {count} are trained on; give more, lower "
                        "held_out, or remove it.",
                    )
            elif cell.k is None and method not in DENSE:
                raise _dense(place, method)
            elif method.endswith("_cv") and cell.n < FOLDS:
                raise place.fault(
                    "n",
                    f"is {cell.n}, but {method} is cross-validated in {FOLDS} folds; raise n or "
                    f"remove {method} from baselines.",
                )


def _dense(place: Place, user: str) -> ConfigError:
    return place.fault("signal", f"is dense, but {user} needs a sparse one; give k numbers.")
