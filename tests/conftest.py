"""A copy of the project in which the smoke pipeline has run, shared by the workflow tests."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import forked
import pytest
from filelock import FileLock
from hypothesis import settings

# Small matrices are fastest on one thread, and the workflow tests need the other core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# What JAX compiles serves all processes of one run of the tests. Most of it runs for less time than
# its optimisation would take.
COMPILED = Path(
    tempfile.gettempdir(), f"jax-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
)
os.environ.update(
    JAX_COMPILATION_CACHE_DIR=str(COMPILED),
    JAX_DISABLE_MOST_OPTIMIZATIONS="1",
    JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS="0",
    JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES="-1",
)

# No example of a property is timed: machines are noisy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = ["chromium"]  # the fixtures of pages in a browser

ROOT = Path(__file__).parent.parent
#: Calls all that is compiled, in one process at a time.
ENGINES = """
import sys
import numpy as np
from filelock import FileLock
from implicit_sparsity import Problem, gradient_descent, gradient_flow
problem = Problem(np.eye(6, 4), np.eye(6)[0])
with FileLock(sys.argv[1]):
    gradient_descent(problem, 3, 0.1, 0.01, 2)
    gradient_flow(problem, 3, 0.1, 1.0)
"""
PARTS = ["Snakefile", "environment.yml", "config", "notebooks", "profiles", "src", "workflow"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the runs of the pipeline first: no process is left with them, the longest, alone."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/workflow/"))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to compile what all processes of a run would otherwise compile at the same time."""
    if getattr(session.config, "workerinput", {}).get("workerid") == "gw0":
        engines()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Wait until it is compiled."""
    if hasattr(session.config, "workerinput"):
        engines().wait()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove what was compiled, once no process is left that uses it."""
    # Neither a process of the run, nor pytest called by one of its tests.
    if "PYTEST_XDIST_TESTRUNUID" not in os.environ:
        run = getattr(session.config.pluginmanager.get_plugin("dsession"), "nodemanager", None)
        folder = COMPILED if run is None else COMPILED.with_name(f"jax-{run.testrunuid}")
        shutil.rmtree(folder, ignore_errors=True)


def committed(*patterns: str) -> list[str]:
    """The project's own files, as git lists them; all there are, where there is no git.

    What a user has drafted beside them is not the project's.
    """
    listed = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=ROOT, text=True, capture_output=True
    )
    if listed.returncode == 0 and listed.stdout:
        return [path for path in listed.stdout.splitlines() if (ROOT / path).exists()]
    found = (path for pattern in patterns for path in ROOT.rglob(pattern) if path.is_file())
    return [str(path.relative_to(ROOT)) for path in found]


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, made by the first test process that asks; the others wait for it."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, whole = base / name, base / f"{name}.whole"
    with FileLock(base / f"{name}.lock"):
        if not whole.exists():
            make(folder)
            whole.touch()
    return folder


@dataclass(frozen=True)
class Pipeline:
    """A working copy of the project."""

    root: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run snakemake on the smoke configuration; standard output and error together."""
        given = ["--cores", "2", *arguments]
        if not any(argument.startswith("--configfile") for argument in arguments):
            given.insert(2, "--configfile=config/smoke.yaml")
        return forked.snakemake(self.root, given, {**os.environ, "PYTHONWARNINGS": "default"})

    def planned(self, *arguments: str) -> set[str]:
        """Messages of the jobs that a run would do."""
        result = self.run("--dry-run", *arguments)
        assert result.returncode == 0, result.stdout
        return set(re.findall(r"^Job \d+: (.*)$", result.stdout, re.MULTILINE))

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file; it must be there."""
        text = (self.root / path).read_text()
        assert old in text
        (self.root / path).write_text(text.replace(old, new))


@cache
def engines() -> subprocess.Popen[bytes]:
    """A process that compiles the engines beside the package, so that no copy of it has to."""
    COMPILED.mkdir(exist_ok=True)
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.getenv("PYTHONPATH")]))
    command = [sys.executable, "-c", ENGINES, str(COMPILED / "engines.lock")]
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path})


def copy_project(target: Path) -> Pipeline:
    """The parts of the project that a run needs, with their times (and so compiled code) kept."""
    assert engines().wait() == 0
    target.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, target / part)
    return Pipeline(target)


@pytest.fixture
def clean(tmp_path: Path) -> Pipeline:
    """The project before any run."""
    return copy_project(tmp_path / "project")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """The project after the smoke run; not to be changed."""

    def make(folder: Path) -> None:
        result = copy_project(folder).run()
        assert result.returncode == 0, result.stdout

    return Pipeline(made_once(tmp_path_factory, "smoke", make))


@pytest.fixture
def smoke(built: Pipeline, tmp_path: Path) -> Pipeline:
    """A copy of the project after the smoke run, free to be changed."""
    shutil.copytree(built.root, tmp_path / "project")
    return Pipeline(tmp_path / "project")
