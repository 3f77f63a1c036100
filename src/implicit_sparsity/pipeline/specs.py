"""What one job of the pipeline is asked to do, as plain values that travel as parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
