"""How much memory and time jobs take, before anything is drawn.

The constants are measured; a test holds the memory within a factor of two of what jobs take.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.specs import RunSpec
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec

#: Megabytes that a job takes without data, and for each megabyte of the designs of a cell and of
#: one design, which the engines copy and take products of.
_BASE = {
    "problems": (120, 3.0, 0.0),
    "runs": (280, 1.2, 2.2),
    "tables": (130, 2.0, 0.0),
    "baselines": (200, 1.2, 2.5),
    "measurements": (460, 1.1, 3.5),
}
#: Megabytes for what a baseline compiles, where that is much.
_COMPILED = {"mcp_cv": 200}
#: Megabytes of rules that read tables alone, of those that join them as text, of related systems
#: that are trained, and of notebooks.
TABLES_ALONE, JOINS, TRAINING, NOTEBOOKS = 300, 60, 700, 650
#: Entries of X that descent passes in a second, and a flow's passes over X.
_RATE, _PASSES = 7e9, 400.0

Cells = Iterable[ProblemSpec | FileSpec]


def memory(job: str, cells: Cells, baselines: Sequence[str] = ()) -> int:
    """The most memory that a job takes, in megabytes.

    Parameters
    ----------
    job : str
        Its rule, as in ``measurements``.
    cells : iterable of ProblemSpec or FileSpec
        Its problems, of which it holds one cell at a time. Of those from a file the size of the
        file stands for the data.
    baselines : sequence of str, optional
        Methods that it fits.
    """
    alone, of_cell, of_one = _BASE[job]
    data = max((of_cell * size * count + of_one * size for size, count in map(_size, cells)))
    return round(alone + sum(_COMPILED.get(name, 0) for name in baselines) + data)


def _size(cell: ProblemSpec | FileSpec) -> tuple[float, int]:
    """Megabytes of a design, and how many there are."""
    if isinstance(cell, FileSpec):
        path = Path(cell.file)
        return (path.stat().st_size / 1e6 if path.is_file() else 0.0), 2
    return 8e-6 * cell.n * cell.p, cell.replicates


def hours(cells: Cells, starts: int, run: RunSpec | None = None) -> float:
    """The time that a job takes, in hours, on one core.

    Parameters
    ----------
    cells : iterable of ProblemSpec or FileSpec
        Its problems; those from a file are not counted.
    starts : int
        Starts of each.
    run : RunSpec, optional
        The descent; a flow without.
    """
    known = [cell for cell in cells if isinstance(cell, ProblemSpec)]
    entries = float(sum(cell.n * cell.p * cell.replicates for cell in known))
    passes = float(run.iterations) if run else _PASSES
    return entries * passes * starts / _RATE / 3600


def of_machine() -> float:
    """Gigabytes of memory of this machine, or of the container that this runs in."""
    found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            found = min(found, int(Path(path).read_text(encoding="ascii")))
        except (OSError, ValueError):  # there is none, or no limit
            continue
    return found / 1e9


def refuse_beyond(place: str, limits: Any, gigabytes: float, time: float) -> None:
    """Refuse an entry that takes more than the limits.

    Parameters
    ----------
    place : str
        The entry.
    limits : Limits
        The limits of the configuration; without memory_gb, the memory of this machine.
    gigabytes, time : float
        What its largest job takes, the time in hours.

    Raises
    ------
    ConfigError
        With the estimate, the limit, and how to change either.
    """
    most = limits.memory_gb or of_machine()
    whose = "limits.memory_gb" if limits.memory_gb else "the memory of this machine"
    if gigabytes > most:
        raise ConfigError(
            place,
            f"{place} needs about {gigabytes:.3g} GB of memory in one job, more than {whose}, "
            f"{most:.3g} GB; lower n, p or replicates, or set limits.memory_gb.",
        )
    if time > limits.hours:
        raise ConfigError(
            place,
            f"{place} takes about {time:.3g} hours in one job, more than limits.hours, "
            f"{limits.hours:g}; lower n, p, replicates or iterations, or raise that.",
        )
