"""What tests say about a copy of the package: run in a fork, the fastest first, until one fails."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import resource
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from faults import Mutant

#: What pytest prints goes here, in the folder of the copy.
OUTPUT = "output.txt"


class Said(NamedTuple):
    """What the tests said, and the processor time that they took.

    Attributes
    ----------
    result : str
        "passed", "failed", or "ended": by the limit, or by a fault that brings the process down.
    seconds : float
        With those of processes that tests started.
    """

    result: str
    seconds: float


class FastestFirst:
    """A plugin of pytest that notes how long each test takes, or sorts them by what was noted."""

    def __init__(self, notes: Path) -> None:
        self.notes, self.taken = notes, Counter[str]()
        lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
        self.place = {test: place for place, test in enumerate(lines)}

    def pytest_collection_modifyitems(self, items: list) -> None:
        """Sort the tests; those without a note come first."""
        items.sort(key=lambda item: self.place.get(item.nodeid, -1))

    def pytest_runtest_logreport(self, report) -> None:
        """Add what a test, or what it needs, took."""
        self.taken[report.nodeid] += report.duration

    def note(self) -> None:
        """Write down the tests, the fastest first."""
        self.notes.write_text("\n".join(sorted(self.taken, key=self.taken.get)), encoding="utf-8")


def _tests(folder: Path, paths: list[str], limit: float, note: bool) -> None:
    """In a fork: run tests on the package in a folder, until one fails."""
    os.chdir(folder)
    with Path(OUTPUT).open("w", encoding="utf-8") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    sys.path.insert(0, str(folder / "src"))
    os.environ["PYTHONPATH"] = str(folder / "src")
    if limit:
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit)))
    import pytest

    order = FastestFirst(folder / "fastest_first.txt")
    # What is loaded before pytest is not rewritten, which matters to no test.
    # The same examples with a fault as without: else chance may find what the fault does not do.
    options = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    status = int(pytest.main([*options, *paths], plugins=[order]))
    if note:
        order.note()
    os._exit(status)


def run_tests(folder: Path, paths: list[str], limit: float = 0.0, note: bool = False) -> Said:
    """What tests say about the package in a folder.

    Parameters
    ----------
    folder : Path
        It holds src/ and tests/.
    paths : list of str
        The tests, from the folder.
    limit : float, optional
        Seconds of processor time after which a process is ended; without, there is no limit.
    note : bool, optional
        Whether to note how long each takes, for the order of the next.

    Returns
    -------
    Said
        What they said.
    """
    before = _children()
    arguments = (folder, paths, limit, note)
    process = multiprocessing.get_context("fork").Process(target=_tests, args=arguments)
    process.start()
    process.join()
    result = "ended" if process.exitcode < 0 else "failed" if process.exitcode else "passed"
    return Said(result, _children() - before)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def fault(path: Path, mutant: Mutant):
    """A module with a fault, as long as this lasts."""
    whole = path.read_text(encoding="utf-8")
    compiled = Path(importlib.util.cache_from_source(str(path)))
    try:
        path.write_text(mutant.source, encoding="utf-8")
        compiled.unlink(missing_ok=True)
        yield
    finally:
        path.write_text(whole, encoding="utf-8")
        compiled.unlink(missing_ok=True)
