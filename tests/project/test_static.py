"""Lint, format, types, spelling, layers: the checks that read files and run nothing."""

import subprocess
import sys
from pathlib import Path

import conftest
import pytest
from conftest import ROOT, committed

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", *committed("*.py")],
        ["ruff", "format", "--check", *committed("*.py")],
        ["mypy"],
        ["snakefmt", "--check", "Snakefile", "workflow"],
        ["codespell", *committed("*")],
        ["nbstripout", "--verify", "--keep-id", *committed("notebooks/*.ipynb")],
        ["lint-imports", "--no-cache"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_static_checks(command):
    result = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, text=True, capture_output=True
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_what_a_user_drafts_is_not_the_projects(tmp_path, monkeypatch):
    monkeypatch.setattr(conftest, "ROOT", tmp_path)
    (tmp_path / "notebooks").mkdir()
    for name in ("kept.py", "notebooks/kept.ipynb", "notebooks/draft.ipynb", "draft.py"):
        (tmp_path / name).touch()
    without_git = {"kept.py", "draft.py"}
    assert set(committed("*.py")) == without_git
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "kept.py", "notebooks/kept.ipynb"], cwd=tmp_path, check=True)
    assert committed("*.py") == ["kept.py"]
    assert committed("notebooks/*.ipynb") == ["notebooks/kept.ipynb"]
