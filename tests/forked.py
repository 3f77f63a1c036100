"""Snakemake, and the scripts of its jobs, in processes that are forked from one that has loaded
what they load.

To load Snakemake takes about as long as to plan a run, and to load NumPy, pandas, numba and
Matplotlib longer than most jobs of a small run. Nothing of this project is loaded before the fork,
as each copy of the project has its own. The tests of interruptions and those of the README's
commands start real processes.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Mapping
from multiprocessing import forkserver
from pathlib import Path
from subprocess import CompletedProcess

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        *("snakemake.cli", "numpy", "pandas", "numba", "pydantic", "scipy.optimize"),
        *("scipy.special", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_pdf"),
    ]
)


def snakemake(
    folder: Path, arguments: list[str], environment: Mapping[str, str]
) -> CompletedProcess[str]:
    """Run snakemake in a folder; standard output and error together."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", suffix=".log") as log:
        process = FORKS.Process(target=_run, args=(folder, arguments, log.name, dict(environment)))
        process.start()
        process.join()
        return CompletedProcess(arguments, process.exitcode, log.read())


def _enter(folder: Path, log: str, environment: Mapping[str, str]) -> None:
    """What a process is given when it starts: a folder, where it prints, its environment."""
    with Path(log).open("a", encoding="utf-8") as stream:
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)
    warnings.simplefilter("default")
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)


def _run(folder: Path, arguments: list[str], log: str, environment: dict[str, str]) -> None:
    from snakemake.benchmark import benchmarked
    from snakemake.cli import main
    from snakemake.script import PythonScript

    # The server that forked this process is there for its jobs, too; it would start another.
    forkserver._forkserver.ensure_running = lambda: None
    # Two threads that look after processes at the same time take the exit status from each other.
    one_thread = threading.Lock()

    def ended(process: multiprocessing.process.BaseProcess) -> bool:
        with one_thread:
            return process.exitcode is not None

    def fork(job: PythonScript, script: str, edit: bool = False) -> None:
        """Run a job's script, in the place of ``PythonScript.execute_script``."""
        given = (Path.cwd(), script, log, {**os.environ, "OPENBLAS_NUM_THREADS": "1"})
        process = FORKS.Process(target=_script, args=given)
        with one_thread:
            process.start()
        with benchmarked(process.pid, job.bench_record):
            while not ended(process):
                time.sleep(0.02)
        if process.exitcode:
            raise subprocess.CalledProcessError(process.exitcode, [sys.executable, script])

    PythonScript.execute_script = fork
    _enter(folder, log, environment)
    sys.argv = ["snakemake", *arguments]
    main(arguments)


def _script(folder: Path, script: str, log: str, environment: dict[str, str]) -> None:
    _enter(folder, log, environment)
    sys.argv = [script]
    path = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    sys.path[:0] = [str(Path(script).parent), *path]
    runpy.run_path(script, run_name="__main__")
