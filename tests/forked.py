"""Snakemake in a process that is forked from one that has imported it.

To import Snakemake takes about as long as to plan a run. Nothing of this project is imported before
the fork, as each copy of the project has its own.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["snakemake.cli"])


def snakemake(
    folder: Path, arguments: list[str], environment: Mapping[str, str]
) -> CompletedProcess[str]:
    """Run snakemake in a folder; standard output and error together."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", suffix=".log") as log:
        process = FORKS.Process(target=_run, args=(folder, arguments, log.name, dict(environment)))
        process.start()
        process.join()
        return CompletedProcess(arguments, process.exitcode, log.read())


def _run(folder: Path, arguments: list[str], log: str, environment: dict[str, str]) -> None:
    from snakemake.cli import main

    with Path(log).open("w", encoding="utf-8") as stream:
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)
    warnings.simplefilter("default")
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["snakemake", *arguments]
    main(arguments)
