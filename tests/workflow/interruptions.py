"""Ways to interrupt a run, and whether the same command, given again, recovers from each.

``python tests/workflow/interruptions.py`` tries all and prints a table; a test tries some.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psutil

#: A small run: an experiment and a study.
CONFIG = """
instances: fresh
seed: 1
experiments:
  tiny:
    {figure: error, design: gaussian, n: 30, p: 20, k: 2, signal: 1, noise: 0.1, depths: [2],
     init: 1.0e-4, step_size: 0.05/N^2, iterations: 300}
studies:
  flows: {measure: recovery, design: rademacher, n: 40, p: 60, k: 2, signal: 1, noise: 0.5,
    depths: [2, 3], init: 1.0e-5, replicates: 4}
"""
TARGETS = ["paper_figures/tiny.pdf", "results/studies/flows.csv"]
#: Sets the limit and becomes the command. Not a ``preexec_fn``, which runs Python between fork and
#: exec: that is unsafe in a process with threads, as is one that has imported JAX.
LIMITED = """
import os, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass
class Run:
    """A run in a copy of the project, and what it says."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def finished(self) -> set[str]:
        """The jobs that are done."""
        names = dict(re.findall(r"^Job (\d+): (.*)$", self.said, re.MULTILINE))
        return {
            names[i] for i in re.findall(r"^Finished jobid: (\d+)", self.said, re.M) if i in names
        }

    def jobs(self) -> list[psutil.Process]:
        """The processes of the jobs that are running."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        return [job for job in found if any(".snakemake/scripts" in part for part in _command(job))]

    def until(self, finished: int) -> None:
        """Wait until so many jobs are done and another has begun."""
        while self.process.poll() is None and not (len(self.finished) >= finished and self.jobs()):
            time.sleep(0.05)
        time.sleep(0.3)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def start(root: Path, limit: int | None = None) -> Run:
    """Give the command; with a limit, no file may grow beyond so many bytes."""
    (root / "tiny.yaml").write_text(CONFIG, encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--configfile=tiny.yaml"]
    if limit is not None:
        command = [sys.executable, "-c", LIMITED, str(limit), *command]
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # As in a shell's background; what is started would ignore it, too.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    log = root / f"run-{time.time_ns()}.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, "--replace-workflow-config", *TARGETS],
            cwd=root,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    return Run(process, log)


def signal_run(number: int, finished: int, group: bool = False) -> Callable[[Path], Run]:
    """Send a signal to the run, or to it and all its jobs."""

    def interrupt(root: Path) -> Run:
        run = start(root)
        run.until(finished)
        (os.killpg if group else os.kill)(run.process.pid, number)
        run.process.wait()
        return run

    return interrupt


def signal_job(number: int) -> Callable[[Path], Run]:
    """Send a signal to a job."""

    def interrupt(root: Path) -> Run:
        run = start(root)
        run.until(2)
        for job in run.jobs()[:1]:
            job.send_signal(number)
        run.process.wait()
        return run

    return interrupt


def full_disk(root: Path) -> Run:
    """A run that cannot write as many bytes to a file as its figure has."""
    run = start(root, limit=30_000)
    run.process.wait()
    assert "fault of the pipeline" not in run.said
    assert "File too large (" in run.said and "run the same command again" in run.said, run.said
    return run


def power_cut(root: Path) -> Run:
    """All processes killed, and the files written last cut in half, with those of Snakemake."""
    run = signal_run(signal.SIGKILL, 4, group=True)(root)
    written = [*root.glob("results/*/**/*.csv"), *root.glob("results/**/*.npz")]
    for path in sorted(written, key=lambda path: path.stat().st_mtime)[-2:]:
        os.truncate(path, path.stat().st_size // 2)
    for path in root.glob(".snakemake/locks/*"):
        os.truncate(path, path.stat().st_size // 2)
    return run


KINDS: dict[str, Callable[[Path], Run]] = {
    "the run killed (SIGKILL) at its first job": signal_run(signal.SIGKILL, 0),
    "the run killed in the middle": signal_run(signal.SIGKILL, 4),
    "the run killed near its end": signal_run(signal.SIGKILL, 5),
    "the run and its jobs killed": signal_run(signal.SIGKILL, 4, group=True),
    "a job killed": signal_job(signal.SIGKILL),
    "a job ended (SIGTERM)": signal_job(signal.SIGTERM),
    "the run interrupted (SIGINT)": signal_run(signal.SIGINT, 3),
    "the run and its jobs interrupted, as by Ctrl-C": signal_run(signal.SIGINT, 3, group=True),
    "the run ended (SIGTERM)": signal_run(signal.SIGTERM, 3),
    "the run and its jobs ended": signal_run(signal.SIGTERM, 3, group=True),
    "the terminal closed (SIGHUP)": signal_run(signal.SIGHUP, 3, group=True),
    "a full disk": full_disk,
    "a power cut that leaves half files": power_cut,
}


def digests(root: Path) -> dict[str, str]:
    """What the run has made."""
    paths = [*root.glob("results/**/*.csv"), *root.glob("results/**/*.npz")]
    paths += root.glob("paper_figures/*")
    files = [path for path in paths if path.is_file()]
    return {str(path.relative_to(root)): sha256(path.read_bytes()).hexdigest() for path in files}


@dataclass(frozen=True)
class Outcome:
    """What the interrupted command said, and what the second did: its exit status, the jobs done
    twice, whether bytes agree."""

    said: str
    status: int
    twice: set[str]
    same: bool

    @property
    def survived(self) -> bool:
        return self.status == 0 and not self.twice and self.same


def clear(root: Path) -> None:
    """Delete all that runs have left."""
    for name in ("results", "paper_figures", "logs", ".snakemake"):
        shutil.rmtree(root / name, ignore_errors=True)


def tried(root: Path, kind: str, wanted: dict[str, str]) -> Outcome:
    """Interrupt a run in a folder without results, and give the same command again."""
    clear(root)
    first = KINDS[kind](root)
    assert first.process.returncode != 0, first.said
    torn = set() if "power" not in kind else first.finished  # these may have to be done again
    second = start(root)
    status = second.process.wait()
    twice = first.finished & second.finished - torn
    if status or twice:
        print(second.said)
    return Outcome(first.said, status, twice, digests(root) == wanted)


def undisturbed(root: Path) -> dict[str, str]:
    """What a run makes that nothing interrupts."""
    run = start(root)
    assert run.process.wait() == 0, run.said
    return digests(root)


def main() -> None:
    """Try every kind and print what came of it."""
    from conftest import copy_project

    with tempfile.TemporaryDirectory() as folder:
        root = copy_project(Path(folder) / "project").root
        wanted = undisturbed(root)
        outcomes = {kind: tried(root, kind, wanted) for kind in KINDS}
    print(
        "| interrupted by | the same command again | done twice | same bytes |\n|---|---|---|---|"
    )
    for kind, found in outcomes.items():
        done = "done" if found.status == 0 else "failed"
        print(f"| {kind} | {done} | {len(found.twice)} jobs | {'yes' if found.same else 'NO'} |")
    print(f"\n{sum(o.survived for o in outcomes.values())} of {len(outcomes)} survived")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
