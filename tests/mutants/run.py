"""How many small faults in the numerical core and the claims the tests find: `make mutants`.

Usage: python tests/mutants/run.py [--sample N] [--seed S] [--group NAME ...]

A fault is put into a copy of the package, and the tests of its part run until one fails. The tests
run in a fork of a process that has loaded NumPy, numba and pytest, so that a mutant costs what its
tests cost; numba compiles anew what a fault can reach. Mutation testers for general use edit
functions in a running process, or switch between them by a variable, which compiled code does not
see. Results go to results/mutants.csv.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from faults import Mutant, mutants

ROOT = Path(__file__).parents[2]
#: Loaded once, before a process is forked for each mutant.
LOADED = ["filelock", "hypothesis", "matplotlib.pyplot", "numba", "numpy", "pandas", "pydantic"]
LOADED += ["pytest", "scipy.integrate", "scipy.optimize", "scipy.stats", "seaborn"]
LOADED += ["sklearn.linear_model", "sklearn.utils.estimator_checks", "yaml", "playwright.sync_api"]


class Group(NamedTuple):
    """Modules, and the tests that are to find faults in them.

    Attributes
    ----------
    modules, tests : tuple of str
        Patterns of paths within the package, and within tests/.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]


def _unit(*names: str) -> tuple[str, ...]:
    return tuple(f"unit/test_{name}.py" for name in names)


GROUPS = {
    "metrics": Group(("metrics.py",), _unit("metrics")),
    "theory": Group(("theory/[a-z]*.py",), _unit("theory", "windows", "limits", "incremental")),
    "descent": Group(
        ("descent/[a-z]*.py",),
        _unit("descent", "descent_run", "descent_together", "environments"),
    ),
    "flow": Group(
        ("flow/[a-z]*.py",),
        _unit("step_control", "flow", "flow_method", "flow_run", "flow_starts", "environments"),
    ),
    "criteria": Group(
        ("regression/stopping/[a-z]*.py", "regression/noise.py", "regression/level_sets.py"),
        _unit("stopping", "information", "noise", "cross_validation"),
    ),
    "estimators": Group(
        ("regression/[a-z]*.py", "regression/estimators/[a-z]*.py"),
        _unit(
            "public_face",
            "estimators",
            "standardise",
            "working_set",
            "cross_validation",
            "stopping",
        )
        + _unit("estimator_invariances", "display"),
    ),
    "claims": Group(
        ("pipeline/claims/[a-z]*.py",),
        (
            "pipeline/claims",
            *(
                f"pipeline/test_{name}.py"
                for name in ("statistics", "claims", "evidence", "ledger", "transitions")
            ),
        ),
    ),
}


class Place(NamedTuple):
    """A mutant and where it goes."""

    group: str
    module: str
    mutant: Mutant


def places(names: list[str]) -> list[Place]:
    """Every mutant of some groups; a module is in the first group that names it."""
    package, seen = ROOT / "src/implicit_sparsity", set[Path]()
    found = []
    for name, group in GROUPS.items():
        for pattern in group.modules:
            for path in sorted(set(package.glob(pattern)) - seen):
                seen.add(path)
                if name in names:
                    module = str(path.relative_to(package))
                    every = mutants(path.read_text(encoding="utf-8"))
                    found += [Place(name, module, mutant) for mutant in every]
    return found


def _tests(folder: Path, paths: list[str]) -> None:
    """In a fork: run tests on the package in a folder, until one fails."""
    os.chdir(folder)
    with Path(os.devnull).open("w", encoding="utf-8") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    sys.path.insert(0, str(folder / "src"))
    os.environ["PYTHONPATH"] = str(folder / "src")
    import pytest

    # What is loaded before pytest is not rewritten, which matters to no test.
    options = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
    ]
    os._exit(int(pytest.main([*options, *paths])))


def verdict(folder: Path, group: str, limit: float | None = None) -> str:
    """What the tests of a group say about the package in a folder: passed, failed or timed out."""
    paths = [f"tests/{path}" for path in GROUPS[group].tests]
    process = multiprocessing.get_context("fork").Process(target=_tests, args=(folder, paths))
    process.start()
    process.join(limit)
    if process.is_alive():
        process.kill()
        process.join()
        return "timed out"
    return "failed" if process.exitcode else "passed"


def try_out(place: Place, folder: Path, limit: float) -> str:
    """The verdict on one mutant, whose module is restored afterwards."""
    path = folder / "src/implicit_sparsity" / place.module
    whole = path.read_text(encoding="utf-8")
    compiled = Path(importlib.util.cache_from_source(str(path)))
    try:
        path.write_text(place.mutant.source, encoding="utf-8")
        compiled.unlink(missing_ok=True)
        return verdict(folder, place.group, limit)
    finally:
        path.write_text(whole, encoding="utf-8")
        compiled.unlink(missing_ok=True)


def main() -> None:
    """Try all mutants, or a sample of each group, and print the survivors and the scores."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sample", type=int, help="mutants of each group (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample")
    parser.add_argument("--group", nargs="+", choices=GROUPS, default=list(GROUPS))
    options = parser.parse_args()
    for module in LOADED:
        import_module(module)
    target = ROOT / "results/mutants.csv"
    target.parent.mkdir(exist_ok=True)
    header = ["group", "module", "line", "before", "after", "result"]
    with (
        tempfile.TemporaryDirectory() as name,
        target.open("w", encoding="utf-8", newline="") as file,
    ):
        folder, table = Path(name), csv.writer(file)
        table.writerow(header)
        for part in ("src", "tests", "config", "pyproject.toml"):
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
            copy(ROOT / part, folder / part)
        for group in options.group:
            chosen = every = places([group])
            if 0 < options.sample < len(every):
                chosen = random.Random(f"{options.seed}/{group}").sample(every, options.sample)
            verdict(folder, group)  # compiles what is to be kept
            began = time.monotonic()
            if verdict(folder, group) != "passed":
                sys.exit(f"The tests of {group} fail without any fault; mend that first.")
            limit, survivors = 60 + 10 * (time.monotonic() - began), 0
            for place in chosen:
                result = try_out(place, folder, limit)
                line, before, after, _ = place.mutant
                table.writerow([group, place.module, line, before, after, result])
                file.flush()
                if result == "passed":
                    survivors += 1
                    print(f"  {place.module}:{line}  {before}  →  {after}", flush=True)
            found = len(chosen) - survivors
            print(f"{group}: {found} of {len(chosen)} found, of {len(every)}", flush=True)


if __name__ == "__main__":
    main()
