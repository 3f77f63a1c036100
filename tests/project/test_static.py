"""Lint, format, types, spelling, layers: the checks that read files and run nothing."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["snakefmt", "--check", "Snakefile", "workflow"],
        ["codespell"],
        ["nbstripout", "--verify", "--keep-id", *map(str, ROOT.glob("notebooks/*.ipynb"))],
        ["lint-imports", "--no-cache"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_static_checks(command):
    result = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, text=True, capture_output=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
