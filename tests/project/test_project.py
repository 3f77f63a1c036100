"""The project's own files: formatting, types, and set-up files that must agree."""

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

README = (ROOT / "README.md").read_text()
CLAIMS = yaml.safe_load((ROOT / "config/claims.yaml").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def bounds(requirements: list[str]) -> dict[str, str]:
    """Version bounds by canonical name."""
    parsed = map(Requirement, requirements)
    return {canonicalize_name(r.name): str(r.specifier) for r in parsed}


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["snakefmt", "--check", "Snakefile", "workflow"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_static_checks(command):
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, text=True, capture_output=True
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_conda_has_the_names_and_bounds_of_the_package():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    wanted = bounds(PROJECT["dependencies"]) | {"python": PROJECT["requires-python"]}
    assert bounds(conda) == wanted


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


def test_the_citation_names_the_software_and_the_paper():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert citation["preferred-citation"]["identifiers"][0]["value"] == "arXiv:2108.05574"


def test_the_python_examples_of_the_readme_run():
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert len(examples) == 3
    names: dict[str, object] = {}
    exec("\n".join(examples), names)
    assert names["path"].events.support_reached < names["path"].events.off_support_exceeded


def test_the_readme_tells_the_verdicts_of_the_ledger():
    ledger = (ROOT / "paper_figures/claims.md").read_text()
    verdicts = re.findall(r"^## (\w+): (\w+)$", ledger, re.MULTILINE)
    told = re.findall(
        r"^\| \[(\w+)\]\(paper_figures/\1\.png\) .* \| (\w+) \|$", README, re.MULTILINE
    )
    assert told == verdicts and len(told) > 10


def test_the_committed_ledger_has_the_words_of_the_claims():
    ledger = (ROOT / "paper_figures/claims.md").read_text()
    stale = [
        f"{claim}.{name}.{key}"
        for claim, entry in CLAIMS.items()
        for name, metric in entry["metrics"].items()
        for key in ("meaning", "control")
        if " ".join(metric[key].split()).replace("|", r"\|") not in ledger
    ]
    assert not stale, "run `snakemake --cores all paper_figures/claims.md` and commit it"


def test_every_claim_has_its_committed_figure():
    for claim in CLAIMS:
        assert (ROOT / f"paper_figures/{claim}.png").is_file()
        assert (ROOT / f"paper_figures/{claim}.pdf").is_file()
