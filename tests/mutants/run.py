"""How many small faults in the numerical core and the claims the tests find: `make mutants`.

Usage: python tests/mutants/run.py [--sample N] [--seed S] [--part NAME ...] [--again]

A fault is put into a copy of the package, and the tests of its part run until one fails, the
fastest first. The tests run in a fork of a process that has loaded NumPy, numba and pytest, so that
a mutant costs what its tests cost; numba compiles anew what a fault can reach. Mutation testers for
general use edit functions in a running process, or switch between them by a variable, which
compiled code does not see. Each mutant goes to results/mutants.csv, the scores to
benchmarks/results/mutants.csv.
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from faults import Mutant, mutants
from parts import PARTS
from trial import OUTPUT, fault, run_tests

ROOT = Path(__file__).parents[2]
RESULTS, SCORES = ROOT / "results/mutants.csv", ROOT / "benchmarks/results/mutants.csv"
#: Loaded once, before a process is forked for each mutant.
LOADED = ["filelock", "hypothesis", "matplotlib.pyplot", "numba", "numpy", "pandas", "pydantic"]
LOADED += ["pytest", "scipy.integrate", "scipy.optimize", "scipy.stats", "seaborn"]
LOADED += ["sklearn.linear_model", "sklearn.utils.estimator_checks", "yaml", "playwright.sync_api"]


class Place(NamedTuple):
    """A mutant and where it goes: into a module of a part, as one of the module's mutants."""

    part: str
    module: str
    number: int
    mutant: Mutant


class Row(NamedTuple):
    """What became of a mutant, and the processor time that it took."""

    part: str
    module: str
    number: int
    line: int
    before: str
    after: str
    result: str
    seconds: float


#: Of each mutant: its part, module and number.
Results = dict[tuple[str, str, int], Row]


def places(part: str) -> list[Place]:
    """Every mutant of a part; a module is in the first part that names it."""
    package, seen = ROOT / "src/implicit_sparsity", set[Path]()
    for name, (modules, _) in PARTS.items():
        paths = {path for pattern in modules for path in package.glob(pattern)} - seen
        if name == part:
            break
        seen |= paths
    return [
        Place(part, str(path.relative_to(package)), number, mutant)
        for path in sorted(paths)
        for number, mutant in enumerate(mutants(path.read_text(encoding="utf-8")))
    ]


def read_results() -> Results:
    """What was found before."""
    if not RESULTS.exists():
        return {}
    with RESULTS.open(encoding="utf-8", newline="") as file:
        rows = [
            Row(row[0], row[1], int(row[2]), int(row[3]), *row[4:7], float(row[7]))
            for row in list(csv.reader(file))[1:]
        ]
    return {row[:3]: row for row in rows}


def scores(found: Results, before: list[list[str]]) -> list[list[object]]:
    """The table of scores; of a part of which nothing is found, what it was before."""
    table: list[list[object]] = [["part", "mutants", "tried", "found", "seconds each"]]
    for part in PARTS:
        rows = [row for row in found.values() if row.part == part]
        if rows:
            caught = sum(row.result != "passed" for row in rows)
            each = round(sum(row.seconds for row in rows) / len(rows))
            table.append([part, len(places(part)), len(rows), caught, each])
        else:
            table += [row for row in before if row[0] == part]
    return table


def write_results(found: Results) -> None:
    """Write the table of mutants, and that of the scores."""
    RESULTS.parent.mkdir(exist_ok=True)
    with SCORES.open(encoding="utf-8", newline="") as file:
        before = list(csv.reader(file))
    tables = ((RESULTS, [Row._fields, *found.values()]), (SCORES, scores(found, before)))
    for path, table in tables:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(table)


def try_out(part: str, chosen: list[Place], folder: Path, found: Results) -> None:
    """Try mutants of a part in a copy of the project, and write what becomes of each."""
    tests = [f"tests/{path}" for path in PARTS[part].tests]
    whole = run_tests(folder, tests, note=True)  # compiles what is to be kept, too
    if whole.result != "passed":
        print((folder / OUTPUT).read_text(encoding="utf-8"))
        sys.exit(f"The tests of {part} fail without any fault; mend that first.")
    for place in chosen:
        with fault(folder / "src/implicit_sparsity" / place.module, place.mutant):
            said = run_tests(folder, tests, limit=20 + 3 * whole.seconds)
        row = Row(*place[:3], *place.mutant[:3], said.result, round(said.seconds, 1))
        found[row[:3]] = row
        write_results(found)
        if said.result == "passed":
            print(f"  {row.module}:{row.line}  {row.before}  →  {row.after}", flush=True)


def main() -> None:
    """Try mutants, print the survivors and the scores."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sample", type=int, default=24, help="mutants of each part; 0: all")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample")
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--again", action="store_true", help="only those that survived")
    options = parser.parse_args()
    for module in LOADED:
        import_module(module)
    found = read_results()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for copied in ("src", "tests", "config", "CHANGELOG.md", "pyproject.toml"):
            copy = shutil.copytree if (ROOT / copied).is_dir() else shutil.copy2
            copy(ROOT / copied, folder / copied)
        for part in options.part:
            every = places(part)
            if options.again:
                survived = {place for place, row in found.items() if row.result == "passed"}
                chosen = [place for place in every if place[:3] in survived]
            else:
                random.Random(f"{options.seed}/{part}").shuffle(every)
                chosen = every[: options.sample or None]
                found = {place: row for place, row in found.items() if row.part != part}
            if chosen:
                try_out(part, chosen, folder, found)
    print(SCORES.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
