"""The cache of compiled code: renewed by an edit of any file that the code is made from."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import implicit_sparsity

PACKAGE = Path(implicit_sparsity.__file__).parent
CALLER = """
from implicit_sparsity.compiled import compiled
from engine.called import FACTOR, called


@compiled()
def caller(x: float) -> float:
    return FACTOR * called(x)
"""
CALLED = """
from implicit_sparsity.compiled import compiled

FACTOR = 10.0


@compiled()
def called(x: float) -> float:
    return x + 1.0
"""


PROGRAM = "from engine.caller import caller\nprint(caller(1.0), bool(caller.stats.cache_hits))\n"


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A package of two functions, one of which calls the other, in a folder of its own."""
    folder = tmp_path / "engine"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "caller.py").write_text(CALLER)
    (folder / "called.py").write_text(CALLED)
    return folder


def _python(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(folder), str(PACKAGE.parent)])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "default"}
    environment.pop("NUMBA_CACHE_DIR", None)  # compiled code lies beside the module
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True)


def _run(folder: Path) -> tuple[float, bool]:
    """What the caller returns in a new process, and whether it came from the cache."""
    value, hit = _python(folder, PROGRAM).stdout.split()
    return float(value), hit == "True"


def test_an_edit_of_a_file_that_is_called_into_renews_the_cache(engine: Path) -> None:
    assert _run(engine.parent) == (20.0, False)
    assert _run(engine.parent) == (20.0, True)
    (engine / "called.py").write_text(CALLED.replace("x + 1.0", "x + 2.0"))
    assert _run(engine.parent) == (30.0, False)
    (engine / "called.py").write_text(CALLED.replace("FACTOR = 10.0", "FACTOR = 100.0"))
    assert _run(engine.parent) == (200.0, False)


@pytest.mark.parametrize("kind", ["*.nbi", "*.nbc"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_damaged_file_of_the_cache_is_made_anew(engine: Path, kind: str, share: float) -> None:
    _run(engine.parent)
    for file in (engine / "__pycache__").glob(kind):
        os.truncate(file, int(share * file.stat().st_size))
    assert _run(engine.parent) == (20.0, False)
    assert _run(engine.parent) == (20.0, True)


def test_compiled_code_that_the_disk_does_not_take_runs_all_the_same(engine: Path) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
    done = _python(engine.parent, limited + PROGRAM)
    assert done.stdout.split() == ["20.0", "False"], done.stderr
    assert done.stderr.count("RuntimeWarning") == 1 and "(File too large)" in done.stderr


def _compiled_modules() -> list[Path]:
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "compiled.py" and "@compiled(" in path.read_text()
    ]


@pytest.mark.parametrize("path", _compiled_modules(), ids=lambda path: path.stem)
def test_compiled_functions_use_their_own_subpackage_only(path: Path) -> None:
    """The digest in a cached name is that of the sub-package; nothing else may be compiled in."""
    tree = ast.parse(path.read_text())
    own = ".".join(["implicit_sparsity", *path.parent.relative_to(PACKAGE).parts])
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("implicit_sparsity")
        and not (node.module or "").startswith(own + ".")
        for alias in node.names
    }
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(mark).startswith("compiled(") for mark in node.decorator_list)
    ]
    assert functions
    for function in functions:
        used = {
            node.id
            for statement in function.body
            for node in ast.walk(statement)
            if isinstance(node, ast.Name)
        }
        assert not used & foreign, f"{function.name} uses {used & foreign}"


def test_no_run_compiles_what_was_compiled_ahead() -> None:
    """Whatever its data, depth and start, and whether the design is of signs."""
    program = """
import sys
import numpy as np
from implicit_sparsity import Descent, DepthNRegressor, Problem, gradient_descents, gradient_flow
rng = np.random.default_rng(0)
for X in (rng.choice([-1.0, 1.0], (12, 20)), rng.standard_normal((30, 6))):
    problem = Problem(X, X[:, 0], np.eye(X.shape[1])[0])
    gradient_flow(problem, 3.5, 1e-3, t_max=1.0, one_sided=True).at([0.5])
    gradient_descents([Descent(problem, depth, 0.1, 1e-3, 100) for depth in (2, 3, 7)])
    DepthNRegressor().fit(X, X[:, 0])
functions = {
    function
    for name, module in list(sys.modules.items())
    if name.startswith("implicit_sparsity.")
    for function in vars(module).values()
    if hasattr(function, "stats")
}
hits = sum(sum(function.stats.cache_hits.values()) for function in functions)
print(hits, [f.__name__ for f in functions if sum(f.stats.cache_misses.values())])
"""
    ahead = "from implicit_sparsity.precompile import main; main()"
    _python(PACKAGE.parent, ahead)
    hits, missed = _python(PACKAGE.parent, program).stdout.split(" ", 1)
    assert int(hits) > 0 and missed.strip() == "[]"


def test_the_engines_are_what_is_compiled() -> None:
    assert {path.parent.name for path in _compiled_modules()} >= {"descent", "flow"}
