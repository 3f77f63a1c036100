"""A run that was interrupted is finished by the same command."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from conftest import copy_project, made_once
from interruptions import KINDS, digests, start, tried, undisturbed

SOME = [
    "the run killed in the middle",
    "a job killed",
    "a full disk",
    "a power cut that leaves half files",
]


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after a run that nothing interrupted; not to be changed."""

    def make(folder: Path) -> None:
        undisturbed(copy_project(folder).root)

    return made_once(tmp_path_factory, "undisturbed", make)


@pytest.fixture
def wanted(finished: Path) -> dict[str, str]:
    return digests(finished)


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """A copy of the project after that run."""
    return Path(shutil.copytree(finished, tmp_path / "project"))


@pytest.mark.parametrize("kind", SOME)
def test_the_same_command_finishes_with_the_same_bytes(project, wanted, kind):
    assert kind in KINDS
    outcome = tried(project, kind, wanted)
    assert outcome.status == 0
    assert outcome.twice == set()
    assert outcome.same


def test_an_interrupted_run_says_that_the_same_command_goes_on_which_it_does(project, wanted):
    outcome = tried(project, "the run and its jobs interrupted, as by Ctrl-C", wanted)
    assert "The run was interrupted; the same command goes on where it stopped." in outcome.said
    assert outcome.survived


def test_a_torn_file_is_told_and_made_anew(project, wanted):
    table = project / "results/studies/flows/depth-2.csv"
    os.truncate(table, table.stat().st_size // 2)
    run = start(project)
    assert run.process.wait() == 0
    told = "results/studies/flows/depth-2.csv is not as its job wrote it: it has 1 of 4 rows."
    assert told in run.said
    assert run.finished == {"flows: measure depth 2", "flows: join the table"}
    assert digests(project) == wanted


def test_a_lock_of_a_run_that_lives_is_kept(project, wanted):
    shutil.rmtree(project / "results/studies")  # so that jobs are to be done when the first begins
    first = start(project)
    first.until(0)
    first.process.send_signal(signal.SIGSTOP)  # stopped, it keeps its lock
    try:
        assert first.process.poll() is None, first.said
        second = start(project)
        assert second.process.wait() != 0
        assert "left its lock" not in second.said
        assert "LockException" in second.said
    finally:
        first.process.send_signal(signal.SIGCONT)
    assert first.process.wait() == 0
    assert digests(project) == wanted
