"""Machines that are set up in other ways: no place for a cache, no compiler, other locales."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from descent_problems import KINDS, make_problem, stable_step

import implicit_sparsity
from implicit_sparsity import Descent, DivergenceError, gradient_descents
from implicit_sparsity.compiled import temporary_cache
from implicit_sparsity.descent import segments

SOURCE = Path(implicit_sparsity.__file__).parent
#: A module of a package that cannot be written, which compiles one function of its own.
MODULE = """
from implicit_sparsity.compiled import compiled


@compiled()
def add(x: float, y: float) -> float:
    return x + y
"""
PROGRAM = """
from engine.sums import add
print(add(1.0, 2.0), bool(add.stats.cache_hits))
"""


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program in a new process, with the package importable."""
    path = os.pathsep.join(filter(None, [environment.pop("path", ""), str(SOURCE.parent)]))
    settings = {**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "default", **environment}
    settings.pop("NUMBA_CACHE_DIR", None)
    return subprocess.run(
        [sys.executable, "-c", program], env=settings, text=True, capture_output=True
    )


@pytest.fixture
def sealed(tmp_path: Path) -> dict[str, str]:
    """A package without a place for a cache, which holds for root, too: files bar the folders."""
    engine = tmp_path / "engine"
    engine.mkdir()
    (engine / "__init__.py").touch()
    (engine / "sums.py").write_text(MODULE, encoding="utf-8")
    for barred in (engine / "__pycache__", tmp_path / "home"):
        barred.touch()
    (tmp_path / "temporary").mkdir()
    home = str(tmp_path / "home")
    return {
        "path": str(tmp_path),
        **{"HOME": home, "XDG_CACHE_HOME": home, "TMPDIR": str(tmp_path / "temporary")},
    }


def test_compiled_code_is_kept_among_temporary_files_where_nothing_else_can_be_written(
    sealed: dict[str, str],
) -> None:
    first, second = run(PROGRAM, **sealed), run(PROGRAM, **sealed)
    assert first.stdout == "3.0 False\n" and second.stdout == "3.0 True\n", first.stderr
    (folder,) = Path(sealed["TMPDIR"]).glob("implicit-sparsity-*")
    for result in (first, second):
        assert result.stderr.count("RuntimeWarning") == 1
        assert f"it is kept in {folder}. To choose, set the environment variable" in result.stderr
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_every_process_compiles_where_nothing_at_all_can_be_written(sealed: dict[str, str]) -> None:
    program = f"import tempfile; tempfile.tempdir = {sealed['HOME']!r}\n{PROGRAM}"
    result = run(program, **sealed)
    assert result.stdout == "3.0 False\n", result.stderr
    assert "so that every process compiles anew; set the environment variable" in result.stderr


def test_the_cache_of_another_user_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that others may write to could hold their code."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.warns(RuntimeWarning, match="it is kept in"):
        mine = temporary_cache.__wrapped__()
    assert Path(mine).parent == tmp_path
    Path(mine).chmod(0o777)
    with pytest.warns(RuntimeWarning, match="it is kept in"):
        other = temporary_cache.__wrapped__()
    assert other != mine and stat.S_IMODE(Path(other).stat().st_mode) == 0o700
    Path(mine).rmdir()
    Path(mine).symlink_to(other)
    with pytest.warns(RuntimeWarning, match="it is kept in"):
        assert temporary_cache.__wrapped__() not in (mine, other)


def test_a_package_in_an_archive_is_told_to_be_unpacked(tmp_path: Path) -> None:
    archive = tmp_path / "package.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in SOURCE.rglob("*.py"):
            packed.write(file, file.relative_to(SOURCE.parent))
    program = "import implicit_sparsity.flow.coordinates"
    result = run(f"import sys; sys.path.insert(0, {str(archive)!r}); {program}")
    assert result.returncode == 1 and "NotADirectoryError" not in result.stderr
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ") and "unpack the archive" in last, last


@pytest.mark.parametrize("kind", KINDS)
def test_the_reference_iteration_does_what_the_compiled_one_does(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several runs, one of which ends before the others and one of which diverges."""
    problem = make_problem(kind, 12, 9)
    step = stable_step(problem, 3)
    runs = [
        Descent(problem, 2, 0.1, step, 300),
        Descent(problem, 3, 0.2, step, 200, one_sided=True),
        Descent(problem, 4, 0.9, 1e3 * step, 300),
    ]
    compiled = gradient_descents(runs, return_errors=True)
    monkeypatch.setattr(segments.config, "DISABLE_JIT", 1)
    plain = gradient_descents(runs, return_errors=True)
    assert str(compiled[2]) == str(plain[2]) and isinstance(plain[2], DivergenceError)
    for one, other in zip(compiled[:2], plain[:2], strict=True):
        assert not isinstance(one, DivergenceError) and not isinstance(other, DivergenceError)
        np.testing.assert_allclose(other.w, one.w, rtol=0, atol=1e-11)
        for name in ("loss", "error", "on_support", "off_support"):
            expected = getattr(one.trace, name)
            np.testing.assert_allclose(getattr(other.trace, name), expected, rtol=1e-9, atol=1e-12)
        assert other.events.support_reached == one.events.support_reached
        assert other.events.best_t == one.events.best_t


def test_all_runs_without_the_compiler() -> None:
    """As debuggers and measures of coverage ask for, by NUMBA_DISABLE_JIT=1."""
    program = """
import numpy as np
from implicit_sparsity import DepthNRegressor, Problem, gradient_descent, gradient_flow
X = np.random.default_rng(0).standard_normal((20, 6))
problem = Problem(X, X[:, 0])
descent = gradient_descent(problem, 3, 0.1, 0.01, 2000)
flow = gradient_flow(problem, 3, 0.1, 20.0)
model = DepthNRegressor().fit(X, X[:, 0] + 0.1 * X[:, 1])
# A flow with a step that is tried and blows up.
rng = np.random.default_rng(19)
wide = rng.standard_normal((40, 10))
found = DepthNRegressor().fit(wide, wide[:, :3].sum(axis=1) + 0.5 * rng.standard_normal(40))
assert found.coef_[:3].all()
# More active columns than samples.
few = gradient_flow(Problem(X[:3], X[:3, 0]), 3, 0.3, 20.0)
assert few.solution.steps.active.max() > 3
assert abs(X[:3] @ few.w[-1] - X[:3, 0]).max() < 0.01
print(*descent.w[-1].round(2), *flow.w[-1].round(2), np.argmax(np.abs(model.coef_)))
"""
    result = run(program, NUMBA_DISABLE_JIT="1", PYTHONWARNINGS="error")
    assert result.returncode == 0, result.stderr
    *w, largest = map(float, result.stdout.split())
    np.testing.assert_allclose(w[:6], w[6:], atol=0.02)
    assert w[0] > 0.9 and largest == 0
