"""Set-up files that must agree: bounds, the lock, conda, make, hooks, citation."""

import re
import shutil
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def bounds(requirements: list[str]) -> dict[str, str]:
    """Version bounds by canonical name."""
    parsed = map(Requirement, requirements)
    return {canonicalize_name(r.name): str(r.specifier) for r in parsed}


def test_conda_has_the_names_and_bounds_of_the_package():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    packages = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["training"]
    assert bounds(conda) == bounds(packages) | {"python": PROJECT["requires-python"]}


def test_the_lock_pins_every_dependency_within_its_bounds_with_hashes():
    lock = (ROOT / "requirements.lock").read_text()
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE):
        pins.setdefault(canonicalize_name(name), []).append(version)
    extras = PROJECT["optional-dependencies"].values()
    for requirement in map(Requirement, [*PROJECT["dependencies"], *chain(*extras)]):
        versions = pins[canonicalize_name(requirement.name)]
        assert all(version in requirement.specifier for version in versions), requirement
    entries = re.split(r"\n(?=[\w.-]+==)", lock.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in lock


@pytest.mark.parametrize(
    ("fake", "sentence"),
    [
        ("exit 1", "needs Python 3.11 or newer"),
        ('case "$2" in *version*) exit 0;; *) exit 1;; esac', "has no venv module"),
    ],
)
def test_make_says_what_python_it_needs(tmp_path: Path, fake: str, sentence: str):
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "old-python"
    python.write_text(f"#!/bin/sh\n{fake}\n")
    python.chmod(0o755)
    command = ["make", "figures", f"PYTHON={python}"]
    result = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True)
    assert result.returncode != 0
    assert sentence in result.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_hooks_run_tools_that_the_lock_has():
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    dev = bounds(PROJECT["optional-dependencies"]["dev"])
    tools = {hook["entry"].split()[0] for hook in repository["hooks"]}
    assert tools <= set(dev) and {"ruff", "snakefmt", "codespell", "nbstripout"} <= tools
    for hook in repository["hooks"]:
        assert (Path(sys.executable).parent / hook["entry"].split()[0]).exists()


def test_the_workflow_of_github_tests_the_versions_that_the_package_supports():
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    test = workflow["jobs"]["test"]
    oldest = PROJECT["requires-python"].removeprefix(">=")
    assert test["strategy"]["matrix"]["python"] == [oldest, "3.12", "3.13"]
    assert workflow["permissions"] == {"contents": "read"}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert {step["run"] for step in steps if "run" in step} == {".ci/run", "make site"}
    uses = [step["uses"] for step in steps if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in uses)


def test_the_forms_for_issues_have_what_github_asks_for():
    for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(path.read_text())
        if path.name != "config.yml":
            assert form["name"] and form["description"]
            assert all(field["id"] and field["attributes"]["label"] for field in form["body"])


def test_the_citation_names_the_software_and_the_paper():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert citation["preferred-citation"]["identifiers"][0]["value"] == "arXiv:2108.05574"
