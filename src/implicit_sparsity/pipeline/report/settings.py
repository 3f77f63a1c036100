"""The settings of experiments and studies in words, for the captions of their figures.

Light to import: the workflow calls it before anything runs.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from implicit_sparsity.formatting import percent, unicode_number
from implicit_sparsity.pipeline.config.grids import Experiment, Study
from implicit_sparsity.pipeline.specs import RunSpec, StudySpec, SystemSpec
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec

#: Values up to which all are listed.
FEW = 9


def of_experiment(experiment: Experiment) -> dict[str, str]:
    """What an experiment runs on what, by what is set."""
    runs, problem = list(experiment.runs.values()), experiment.problem
    data = _file(problem) if isinstance(problem, FileSpec) else _problems([problem])
    words = data | _starts(runs)
    if runs[0].one_sided:
        words["network"] = "w = u^N, without v"
    words["step size"] = _numbers(run.step_size for run in runs)
    words["iterations"] = _numbers(run.iterations for run in runs)
    return words | _beside(experiment.baselines)


def of_study(study: Study) -> dict[str, str]:
    """What a study runs on what, by what is set."""
    words = _problems(study.cells) | _starts(list(study.runs.values()))
    options = next(iter(study.runs.values())).options
    names = {"step_size": "step sizes of descent", "scaled_step": "step sizes of descent × N²"}
    words |= {name: _numbers(options[key]) for key, name in names.items() if key in options}
    return words | _beside(study.baselines)


def of_system(system: SystemSpec) -> dict[str, str]:
    """What a related system is run with, by what is set."""
    words = {"draws": f"{system.draws:,}"}
    for name, value in system.settings.items():
        listed = value if isinstance(value, list) else [value]
        is_number = all(isinstance(item, int | float) for item in listed)
        words[name.replace("_", " ")] = (
            _numbers(listed) if is_number else _listing(map(str, listed))
        )
    return words


def _problems(cells: Sequence[ProblemSpec]) -> dict[str, str]:
    """Random problems, each thing that is varied with all its values."""
    words = {
        "design": _listing(map(_design, cells)),
        "samples × coordinates, n × p": _listing(f"{cell.n:,} × {cell.p:,}" for cell in cells),
        "non-zero weights, k": _listing(str(cell.k) for cell in cells if cell.k is not None),
        "their values": _listing(map(_signal, cells)),
        "noise σ": _numbers(cell.noise for cell in cells),
        "law of the noise": _listing(cell.law.replace("_", " ") for cell in cells),
        "replicates": _listing(f"{cell.replicates}, {_DRAWN[cell.instances]}" for cell in cells),
    }
    if words["law of the noise"] == "gaussian":
        del words["law of the noise"]
    if not words["non-zero weights, k"]:
        del words["non-zero weights, k"]
        words = {name.replace("their values", "weights"): value for name, value in words.items()}
    return words


_DRAWN = {"authors": "the authors' own random draws", "fresh": "drawn afresh"}


def _design(cell: ProblemSpec) -> str:
    options = ", ".join(
        name if value is True else f"{name} {unicode_number(value)}"
        for name, value in cell.options.items()
    )
    return f"{cell.design} ({options})" if options else cell.design


def _signal(cell: ProblemSpec) -> str:
    match cell.signal:
        case "mnist":
            return "pixels of an MNIST image"
        case dict(drawn):
            return _drawn(drawn)
        case list(values):
            return f"({', '.join(map(unicode_number, values))})"
        case int() | float() as value:
            return unicode_number(value)
        case _:
            return "standard normal"


def _drawn(signal: dict[str, Any]) -> str:
    """A signal of which something is drawn."""
    match signal:
        case {"uniform": [low, high]}:
            size = f"{unicode_number(low)} to {unicode_number(high)} in size"
        case {"graded": [low, high]}:
            size = f"evenly from {unicode_number(low)} to {unicode_number(high)} in size"
        case _:
            size = f"{unicode_number(signal['equal'])} in size"
    random_signs = signal.get("signs", "random" if "uniform" in signal else "positive") == "random"
    words = ["of random sign"] if random_signs else []
    words += ["at random places"] if signal.get("places") == "random" else []
    return ", ".join([*words, size])


def _file(data: FileSpec) -> dict[str, str]:
    """Data from a file."""
    done = [word for word, is_so in (("centred", data.centre), ("scaled", data.scale)) if is_so]
    return {
        "data": ", ".join([Path(data.file).name, *done]),
        "held out": f"{percent(data.held_out)} of the samples",
        "replicates": f"{data.replicates}, each split afresh",
        "error": "mean squared, on the samples held out",
    }


def _starts(runs: Sequence[RunSpec] | Sequence[StudySpec]) -> dict[str, str]:
    """Depths, and starts as whichever of α^N and α all depths have in common."""
    name = "α^N" if all(run.init == runs[0].init for run in runs) else "α"
    starts = runs[0].init if name == "α^N" else runs[0].alpha
    return {"depths N": _numbers(run.depth for run in runs), f"start {name}": _numbers(starts)}


def _beside(methods: Iterable[str]) -> dict[str, str]:
    names = _listing(method.replace("_", " ") for method in methods)
    return {"beside": names} if names else {}


def _numbers(values: Iterable[float]) -> str:
    """Different values in their order; their ends and their count where there are many."""
    found = list(dict.fromkeys(values))
    if len(found) > FEW:
        return f"{unicode_number(min(found))} to {unicode_number(max(found))} ({len(found)} values)"
    return _listing(map(unicode_number, found))


def _listing(values: Iterable[str]) -> str:
    """Different values in their order."""
    found = list(dict.fromkeys(values))
    return ("; " if any("," in value for value in found) else ", ").join(found)


def legend(module: str) -> str:
    """What a figure shows: the docstring of ``draw`` in a module of ``pipeline/``, less its lists.

    Read and not imported, as drawing libraries are slow to load.

    Raises
    ------
    ValueError
        If there is no such module, or its ``draw`` says nothing.
    """
    spec = find_spec(f"implicit_sparsity.pipeline.{module}")
    if spec is None or spec.origin is None:
        path = Path(__file__).parents[1].joinpath(*module.split(".")).with_suffix(".py")
        raise ValueError(f"There is no {os.path.relpath(path)}; add it.")
    for node in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == "draw":
            words = (ast.get_docstring(node) or "").split("\n\nParameters\n")[0]
            if words:
                return re.sub(r":\w+:|``?", "", " ".join(words.split()))
    raise ValueError(f"{module}.draw has no docstring; say in it what the figure shows.")
