"""The wheel in an empty environment, as `make test-wheel` tries it; pip downloads what it needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

from packaging.utils import canonicalize_name
from test_plain_install import PROGRAM, PYPROJECT, built_wheel, closure

IMPORT = (
    "import time; a = time.perf_counter(); import implicit_sparsity; print(time.perf_counter() - a)"
)


def test_the_wheel_runs_in_an_empty_environment(tmp_path: Path):
    venv = tmp_path / "venv"
    # Nothing of the environment that runs the tests is seen by the new one.
    outside = {name: os.environ[name] for name in os.environ if not name.startswith("PYTHON")}

    def run(*command: str | Path) -> str:
        result = subprocess.run(
            command, cwd=tmp_path, env=outside, text=True, stdout=subprocess.PIPE, check=True
        )
        return result.stdout

    run(sys.executable, "-m", "venv", venv)
    pip = (venv / "bin/python", "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", built_wheel(tmp_path / "dist"))
    listed = json.loads(run(*pip, "list", "--format", "json"))
    installed = {canonicalize_name(entry["name"]) for entry in listed} - {"pip", "setuptools"}
    expected = closure(PYPROJECT["project"]["dependencies"]) | {PYPROJECT["project"]["name"]}
    print(*sorted(installed))
    assert installed <= expected
    size = sum(path.stat().st_size for path in venv.rglob("*") if path.is_file())
    print(f"{len(installed)} packages, {size / 1e6:.0f} MB")
    run(*pip, "check")
    print(f"import in {float(run(venv / 'bin/python', '-c', IMPORT)):.3f} s")
    print(run(venv / "bin/python", "-W", "error", PROGRAM))
