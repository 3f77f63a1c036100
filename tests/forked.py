"""Snakemake in a process that is forked from one that has imported it.

To import Snakemake takes about as long as to plan a run. Nothing of this project is imported before
the fork, as each copy of the project has its own.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from pathlib import Path
from subprocess import CompletedProcess

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["snakemake.cli"])


def snakemake(folder: Path, arguments: list[str], log: Path) -> CompletedProcess[str]:
    """Run snakemake in a folder; standard output and error together, from a log that goes."""
    process = FORKS.Process(target=_run, args=(folder, arguments, log))
    process.start()
    process.join()
    said = log.read_text(encoding="utf-8")
    log.unlink()
    return CompletedProcess(arguments, process.exitcode, said)


def _run(folder: Path, arguments: list[str], log: Path) -> None:
    from snakemake.cli import main

    with log.open("w", encoding="utf-8") as stream:
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)
    warnings.simplefilter("default")
    os.chdir(folder)
    sys.argv = ["snakemake", *arguments]
    main(arguments)
