"""Compare a run with the committed reference, or renew that from a run.

``python -m implicit_sparsity.pipeline.verify`` and, to renew, ``... verify renew``; ``make verify``
and ``make reference`` call them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from implicit_sparsity.pipeline.config.sources import check, layers
from implicit_sparsity.pipeline.verify.compare import compare
from implicit_sparsity.pipeline.verify.moved import tables
from implicit_sparsity.pipeline.verify.numbers import TABLES, of_run, of_tables
from implicit_sparsity.pipeline.verify.tolerances import with_tolerances

#: Ways in which the data of the experiments are moved.
DRAWS = 5


def verify(results: str | Path, reference: str | Path) -> int:
    """Print what differs between a run and the reference.

    Parameters
    ----------
    results, reference : str or Path
        Their folders.

    Returns
    -------
    int
        1 if a tolerance is broken, a verdict is another or a row is missing, else 0.

    Raises
    ------
    FileNotFoundError
        If the run or the reference is not there.
    """
    broken = verdicts = 0
    for name, found in of_run(results).items():
        file = Path(reference) / f"{name}.csv"
        if not file.is_file():
            raise FileNotFoundError(f"{file} is not there; `make reference` writes it from a run.")
        wanted = pd.read_csv(file, dtype=str, keep_default_na=False)
        differing = compare(found, wanted)
        beyond = differing["broken"]
        print(
            f"{results}/{name}.csv: {len(wanted)} values compared, {len(differing)} differ, "
            f"{beyond.sum()} too much"
        )
        for row in differing.to_dict("records"):
            print(_sentence(row))
        broken += int(beyond.sum())
        verdicts += int((beyond & differing["column"].isin(TABLES[name].words)).sum())
    print(f"{verdicts} verdicts differ." if verdicts else "All verdicts agree.")
    print(f"{broken} values differ too much." if broken else "The run agrees with the reference.")
    return int(broken > 0)


def _sentence(row: dict[Hashable, Any]) -> str:
    """What differs and by how much."""
    text = f"  {row['row']}: {row['column']} is {row['found']}, in the reference {row['reference']}"
    if row["tolerance"] == row["tolerance"]:
        text += f"; the difference of {row['difference']:.2g}"
        text += f" is {'NOT ' if row['broken'] else ''}within {row['tolerance']:.2g}"
    return text


class _Workers(ProcessPoolExecutor):
    """Fresh processes of one thread each, as the workflow's jobs are; tells how far they are."""

    def __init__(self, jobs: int) -> None:
        # Both are read when a library is loaded; the second is that of other builds of NumPy.
        os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        super().__init__(jobs, mp_context=get_context("spawn"))
        self._given = self._done = 0

    def submit(self, job: Callable[..., Any], /, *args: Any, **keys: Any) -> Future[Any]:
        future = super().submit(job, *args, **keys)
        self._given += 1
        future.add_done_callback(self._tell)
        return future

    def _tell(self, _: Future[Any]) -> None:
        self._done += 1
        print(f"{self._done} of {self._given} jobs are done.", file=sys.stderr)


def renew(results: str | Path, reference: str | Path, jobs: int) -> None:
    """Write the reference from a run, with tolerances from runs on data moved by their last bit.

    Parameters
    ----------
    results, reference : str or Path
        Their folders.
    jobs : int
        Processes to work with.
    """
    parts = layers(["config/config.yaml"], {})
    asked = check(parts["config/config.yaml"], parts, "config/claims.yaml")
    found = of_run(results)
    with _Workers(jobs) as pool:
        others = [of_tables(moved) for moved in tables(asked, pool, DRAWS)]
    for name, numbers in found.items():
        moved = [other[name] for other in others if name in other]
        path = Path(reference) / f"{name}.csv"
        with_tolerances(numbers, moved).to_csv(path, index=False)
        print(f"{path} is written.")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", nargs="?", choices=["verify", "renew"], default="verify")
    parser.add_argument("--results", default="results")
    parser.add_argument("--reference", default="reference")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    try:
        if given.what == "renew":
            renew(given.results, given.reference, given.jobs)
            return 0
        return verify(given.results, given.reference)
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
