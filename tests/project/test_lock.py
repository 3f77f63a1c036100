"""Set-up files that must agree: bounds, the lock, conda, make, hooks, citation."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import implicit_sparsity

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CLASSIFIERS = PROJECT["classifiers"]
CORE = {"llvmlite", "numba", "numpy", "scikit-learn", "scipy"}
#: Packages whose modules have other names, or that come with another.
BROUGHT_BY = {
    "ipykernel": "jupyter",
    "jinja2": "jupyter",
    "jupyter_client": "jupyter",
    "nbclient": "jupyter",
    "nbconvert": "jupyter",
    "nbformat": "jupyter",
    "pydantic_core": "pydantic",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}


def bounds(requirements: Iterable[str]) -> dict[str, str]:
    """Version bounds by canonical name, those of an extra of the package in its place."""
    found = {}
    for requirement in map(Requirement, requirements):
        if requirement.name == PROJECT["name"]:
            found |= bounds(chain(*(EXTRAS[extra] for extra in requirement.extras)))
        else:
            found[canonicalize_name(requirement.name)] = str(requirement.specifier)
    return found


def test_the_core_is_light():
    assert set(bounds(PROJECT["dependencies"])) == CORE
    assert {"pipeline", "notebooks", "training", "bench", "dev"} <= set(EXTRAS)
    assert not any(CORE & set(bounds(extra)) for extra in EXTRAS.values()), "one bound, one place"


def test_conda_has_the_names_and_bounds_of_the_package():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", text.split("name:")[0])) & set(EXTRAS)
    assert {"pipeline", "notebooks"} <= named
    packages = chain(PROJECT["dependencies"], *(EXTRAS[extra] for extra in named))
    expected = bounds(packages) | {"python": PROJECT["requires-python"]}
    assert bounds(yaml.safe_load(text)["dependencies"]) == expected


def test_the_page_on_installing_names_every_extra():
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    commands = re.findall(r'`pip install "?\.(?:\[([\w,]+)\])?"?`', page)
    assert {extra for names in commands if names for extra in names.split(",")} == set(EXTRAS)
    assert "" in commands


def _imported(folder: Path) -> set[str]:
    """Top names of everything that the modules of a folder import."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        *((name, ()) for name in ("descent", "flow", "theory")),
        ("regression", ("plots",)),
        ("problems", ("pipeline",)),
        ("baselines", ("bench",)),
        ("training", ("training",)),
        ("pipeline", ("pipeline", "notebooks")),
    ],
)
def test_a_folder_imports_what_the_core_and_its_extras_bring(folder: str, extras: tuple[str]):
    imported = _imported(ROOT / "src/implicit_sparsity" / folder) - {"implicit_sparsity"}
    imported = {BROUGHT_BY.get(name, name) for name in imported}
    assert imported <= CORE | set(bounds(chain(*(EXTRAS[extra] for extra in extras))))


def test_the_lock_pins_every_dependency_within_its_bounds_with_hashes():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)", lock, re.MULTILINE):
        pins.setdefault(canonicalize_name(name), []).append(version)
    for name, bound in bounds(chain(PROJECT["dependencies"], *EXTRAS.values())).items():
        assert all(version in SpecifierSet(bound) for version in pins[name]), name
    assert canonicalize_name(PROJECT["name"]) not in pins
    entries = re.split(r"\n(?=[\w.-]+(?:\[[\w,-]+\])?==)", lock.strip())
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
    dev = bounds(EXTRAS["dev"])
    tools = {hook["entry"].split()[0] for hook in repository["hooks"]}
    assert tools <= set(dev) and {"ruff", "snakefmt", "codespell", "nbstripout"} <= tools
    for hook in repository["hooks"]:
        assert (Path(sys.executable).parent / hook["entry"].split()[0]).exists()


def test_the_workflow_of_github_tests_the_versions_that_the_package_supports():
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    test = workflow["jobs"]["test"]
    versions = test["strategy"]["matrix"]["python"]
    assert versions[0] == PROJECT["requires-python"].removeprefix(">=")
    kinds = [kind.removeprefix("Programming Language :: Python :: ") for kind in CLASSIFIERS]
    assert [kind for kind in kinds if re.fullmatch(r"3\.\d+", kind)] == versions
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
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == implicit_sparsity.__version__
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in PROJECT["authors"]
    ]
    assert citation["keywords"] == PROJECT["keywords"]
    paper = citation["preferred-citation"]
    assert paper["identifiers"][0]["value"] == "arXiv:2108.05574"
    assert paper["url"] in PROJECT["urls"].values()


def test_the_changes_have_the_release():
    """Under its version and day, which are those of the citation."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", changes, re.MULTILINE)
    assert releases[0] == (implicit_sparsity.__version__, str(citation["date-released"]))
