"""The log of a job, which is a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

JOB = """
import logging, sys, warnings
from implicit_sparsity.pipeline.joblog import job_log

with job_log(sys.argv[1]):
    {body}
"""


def job(path, body):
    """Exit status and log of a job."""
    command = [sys.executable, "-c", JOB.format(body=body), str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stderr == ""
    return done.returncode, path.read_text(encoding="utf-8")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "job.log"


def test_garbage_is_looked_for_in_a_job_but_not_among_its_imports(path):
    script = JOB.format(body="print(gc.isenabled(), gc.get_freeze_count() > 1000)")
    script = script.replace("import logging", "import gc, logging").replace(
        "\nwith", "print(gc.isenabled())\n\nwith"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["False", "True True"], done.stderr


def test_progress_and_warnings_are_kept(path):
    path.write_text("of an earlier run\n")
    body = 'logging.getLogger("a").info("half done"); warnings.warn("mind the step")'
    status, log = job(path, body)
    assert status == 0
    assert "earlier" not in log
    first, *rest = log.splitlines()
    assert first.endswith(" half done") and first[:2] == "20"
    assert "UserWarning: mind the step" in "\n".join(rest)


@pytest.mark.parametrize(
    "error",
    [
        'ValueError("X is empty; give at least one entry.")',
        'ArithmeticError("Diverged; lower step_size.")',
        '__import__("implicit_sparsity").DivergenceError("Diverged; lower step_size.")',
        '__import__("implicit_sparsity.flow.integrate").StepError("Unknown; did you mean α?")',
    ],
)
def test_an_error_of_the_user_is_one_sentence(path, error):
    status, log = job(path, f"raise {error}")
    assert status == 1
    (line,) = log.splitlines()
    assert line.endswith(error.split('("')[-1].removesuffix('")'))


def test_a_fault_of_ours_keeps_its_traceback(path):
    status, log = job(path, "{}['missing']")
    assert status == 1
    assert "This is a fault of the pipeline:" in log
    assert "Traceback" in log and "KeyError: 'missing'" in log


def test_the_small_talk_of_libraries_is_left_out(path):
    body = 'logging.getLogger("fontTools.subset").info("cmap pruned")'
    assert job(path, body) == (0, "")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("OSError(28, 'No space left on device', 'results/a.csv')", "(results/a.csv); free some"),
        ("PermissionError(13, 'Permission denied', 'results')", "change its permissions"),
        ("MemoryError('Unable to allocate 74.5 GiB')", "Unable to allocate 74.5 GiB); run fewer"),
    ],
)
def test_an_error_of_the_machine_is_one_sentence_with_the_remedy(path, error, words):
    status, log = job(path, f"raise {error}")
    assert status == 1
    (line,) = log.splitlines()
    assert words in line and "run the same command again" in line


def test_a_disk_too_full_for_the_log_is_told_on_the_terminal():
    raising = "raise OSError(28, 'No space left on device', 'results/a.csv')"
    command = [sys.executable, "-c", JOB.format(body=raising), "/dev/full"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("No space left on device (results/a.csv); free some of it")
    assert "Traceback" not in done.stderr


def interrupted(path, first, body):
    """A script that Snakemake runs, which is interrupted: its status and what it prints."""
    script = f"snakemake = None\n{first}\n{JOB.format(body=body)}"
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True)
    return done.returncode, done.stderr


ITSELF = "__import__('os').kill(__import__('os').getpid(), 2)"
SENTENCE = "Interrupted; the same command goes on where it stopped."


def test_an_interrupted_job_says_one_sentence_in_its_log(path):
    assert interrupted(path, "", ITSELF) == (130, "")
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert line.endswith(SENTENCE)


def test_and_on_the_terminal_while_it_imports(path):
    first = f"import implicit_sparsity.pipeline.joblog\n{ITSELF}"
    assert interrupted(path, first, "pass") == (130, f"{SENTENCE}\n")


def test_nothing_but_a_job_is_told_so():
    heard = "import signal; signal.signal(2, signal.default_int_handler)"  # if it was ignored
    script = f"{heard}\nimport implicit_sparsity.pipeline.joblog\n{ITSELF}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "KeyboardInterrupt" in done.stderr and SENTENCE not in done.stderr
