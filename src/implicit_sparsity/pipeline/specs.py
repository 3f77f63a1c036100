"""What one job of the pipeline is asked to do, as plain values that travel in small files.

A job has the file among its inputs, so that it runs again when what it is asked to do has changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any

from implicit_sparsity.problems.spec import FileSpec, ProblemSpec


@dataclass(frozen=True)
class RunSpec:
    """One depth of an experiment: every start on every replicate.

    Attributes
    ----------
    depth : int
        Depth N.
    alpha, init : list of float
        The starts, as α and as α^N.
    one_sided : bool
        Whether w = u^N instead of u^N − v^N.
    step_size : float
        Step size of gradient descent.
    iterations : int
        Number of its iterations.
    """

    depth: int
    alpha: list[float]
    init: list[float]
    one_sided: bool
    step_size: float
    iterations: int


@dataclass(frozen=True)
class StudySpec:
    """One depth of a study: every start on every replicate of every cell.

    Attributes
    ----------
    measure : str
        What is measured.
    cells : list of ProblemSpec
        The problems.
    depth : float
        Depth N.
    alpha, init : list of float
        The starts, as α and as α^N.
    options : dict
        Further arguments of the measure.
    """

    measure: str
    cells: list[ProblemSpec]
    depth: float
    alpha: list[float]
    init: list[float]
    options: dict[str, Any]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> StudySpec:
        """The specification whose ``asdict`` the entry is."""
        return cls(**{**entry, "cells": random_problems(entry["cells"])})


@dataclass(frozen=True)
class SystemSpec:
    """The draws of a related system.

    Attributes
    ----------
    system : str
        Its name, which is also the key of its random streams.
    seed : int
        Root seed.
    draws : int
        How many.
    settings : dict
        What its ``Settings`` are made of.
    """

    system: str
    seed: int
    draws: int
    settings: dict[str, Any]


def problem(entry: Mapping[str, Any]) -> ProblemSpec | FileSpec:
    """The specification of problems whose ``asdict`` the entry is."""
    return FileSpec(**entry) if "file" in entry else ProblemSpec(**entry)


def random_problems(entries: Iterable[Mapping[str, Any]]) -> list[ProblemSpec]:
    """The specifications of random problems whose ``asdict`` the entries are."""
    return [ProblemSpec(**entry) for entry in entries]


def write(path: str | Path, spec: Any) -> None:
    """Write a specification as JSON, unless the file says the same already.

    A file that is left as it is keeps its time, and the job that reads it need not run again.

    Parameters
    ----------
    path : str or Path
        The file; its folder is made.
    spec : object
        Specifications, alone or in lists and mappings.
    """
    path = Path(path)
    text = json.dumps(spec, default=_plain, indent=1, ensure_ascii=False) + "\n"
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")  # replaced as a whole, never half written
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def read(path: str | Path) -> Any:
    """What :func:`write` wrote, as plain values.

    Parameters
    ----------
    path : str or Path
        The file.
    """
    return json.loads(Path(path).read_text(encoding="utf-8"))


def _plain(spec: Any) -> Any:
    if is_dataclass(spec) and not isinstance(spec, type):
        return asdict(spec)
    raise TypeError(f"{spec!r} is no specification.")
