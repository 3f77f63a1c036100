"""The smoke pipeline through a real Slurm: `make test-slurm` runs this, plain pytest does not.

Slurm must see the tests' temporary folder, as it does where the cluster is this machine alone.
"""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from conftest import Pipeline, copy_project
from test_workflow import EXPERIMENTS, digests

# Every experiment, and of the studies one: that has all kinds of jobs.
TARGETS = [f"paper_figures/{figure}.pdf" for figure in [*EXPERIMENTS, "sample_complexity"]]
TARGETS += ["results/summary.csv"]
# No accounting here, and jobs that take seconds.
THROUGH_SLURM = ["--profile=profiles/slurm", "--cores=1"]
THROUGH_SLURM += ["--slurm-status-command=squeue", "--slurm-init-seconds-before-status-checks=2"]


@pytest.fixture
def local(tmp_path: Path) -> Pipeline:
    """The project after a run without Slurm."""
    pipeline = copy_project(tmp_path / "local")
    result = pipeline.run(*TARGETS)
    assert result.returncode == 0, result.stdout
    return pipeline


def finished(run_id: str) -> dict[str, tuple[str, str]]:
    """State and comment of each job of a run, by its number, as Slurm itself remembers them."""
    command = ["squeue", "--states=all", "--noheader", "--format=%i|%T|%k", "--name", run_id]
    lines = subprocess.check_output(command, text=True).splitlines()
    return {number: (state, comment) for number, state, comment in (x.split("|") for x in lines)}


def test_slurm_gives_the_bytes_of_a_local_run(local, clean):
    result = clean.run(*THROUGH_SLURM, *TARGETS)
    assert result.returncode == 0, result.stdout
    assert len(digests(local.root)) > 3 * len(EXPERIMENTS)
    assert digests(clean.root) == digests(local.root)

    (run_id,) = re.findall(r"^SLURM run ID: (\S+)$", result.stdout, re.MULTILINE)
    submitted = re.findall(r"submitted with SLURM jobid (\d+)", result.stdout)
    jobs = finished(run_id)
    assert set(jobs) == set(submitted)
    assert {state for state, _ in jobs.values()} == {"COMPLETED"}
    # The comment of a job is rule_NAME of its rule or group, and then what it makes.
    assert Counter(comment.split("_")[1] for _, comment in jobs.values()) == {
        "experiment": len(EXPERIMENTS),
        "summary": 1,
        "measurements": 2,
        "study": 1,
        "claims": 1,
    }
