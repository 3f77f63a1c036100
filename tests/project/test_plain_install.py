"""The wheel, and the package with its own dependencies alone, as `pip install` brings them."""

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import implicit_sparsity

PROGRAM = Path(__file__).with_name("plain_install.py")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def closure(requirements: list[str]) -> set[str]:
    """Names of the distributions that pip installs for requirements."""
    found, todo = set[str](), [Requirement(text) for text in requirements]
    while todo:
        requirement = todo.pop()
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and (name := canonicalize_name(requirement.name)) not in found:
            found.add(name)
            todo += map(Requirement, importlib.metadata.requires(name) or [])
    return found


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A folder with the installed core alone, by links."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    for name in closure(PYPROJECT["project"]["dependencies"]):
        distribution = importlib.metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or []} - {"..", "__pycache__"}:
            (folder / top).symlink_to(Path(str(distribution.locate_file(top))))
    return folder


def test_a_plain_install_brings_few_packages():
    names = closure(PYPROJECT["project"]["dependencies"])
    assert {"numba", "numpy", "scikit-learn", "scipy"} <= names
    assert not names & {"pandas", "matplotlib", "pydantic", "snakemake", "jupyter", "plotly"}
    assert len(names) <= 12


def test_the_package_runs_with_its_own_dependencies_alone(alone: Path):
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(alone), str(ROOT / "src")]),
        "PYTHONWARNINGS": "error",
    }
    # -S leaves out everything else that is installed.
    result = subprocess.run(
        [sys.executable, "-S", "-s", PROGRAM], env=environment, text=True, capture_output=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{implicit_sparsity.__version__} runs" in result.stdout


def built_wheel(folder: Path) -> Path:
    """The wheel, built without the net."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    result = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    assert result.returncode == 0, result.stdout + result.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path):
    source = ROOT / "src"
    with zipfile.ZipFile(built_wheel(tmp_path)) as wheel:
        packed = {n: wheel.read(n) for n in wheel.namelist() if ".dist-info/" not in n}
        (metadata,) = (wheel.read(n).decode() for n in wheel.namelist() if n.endswith("/METADATA"))
    files = [path for path in source.rglob("*") if path.suffix in (".py", ".typed", ".html")]
    assert packed == {str(path.relative_to(source)): path.read_bytes() for path in files}
    assert "implicit_sparsity/py.typed" in packed
    plain = set(re.findall(r"^Requires-Dist: ([\w-]+)[^;\n]*$", metadata, re.MULTILINE))
    assert plain == {"llvmlite", "numba", "numpy", "scikit-learn", "scipy"}
    for line in ("Version: 0.1.0", "License-Expression: MIT", "Requires-Python: >=3.11"):
        assert f"\n{line}\n" in metadata
    for header in ("Author: ", "Classifier: Typing :: Typed", "Project-URL: "):
        assert f"\n{header}" in metadata
