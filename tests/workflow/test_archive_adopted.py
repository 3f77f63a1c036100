"""Results that are adopted into a fresh clone are not made again, but for what differs there."""

import os
import shutil
import subprocess
import sys

from conftest import Pipeline
from test_module import ALONE


def archive(pipeline: Pipeline, action: str, path: str) -> str:
    """Make or adopt an archive, as make does."""
    command = [sys.executable, "-m", "implicit_sparsity.pipeline.archive", action, path]
    environment = os.environ | {"PYTHONPATH": str(pipeline.root / "src")}
    options = {"cwd": pipeline.root, "env": environment, "text": True, "capture_output": True}
    result = subprocess.run(command, **options)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_adopted_results_are_not_made_again_but_for_what_differs(clean, tmp_path):
    only = ["--configfile=only.yaml", "--replace-workflow-config", "paper_figures/tiny.png"]
    (clean.root / "only.yaml").write_text(ALONE)
    fresh = Pipeline(tmp_path / "fresh")
    shutil.copytree(clean.root, fresh.root)
    result = clean.run(*only)
    assert result.returncode == 0, result.stdout
    packed = str(tmp_path / "results.tar.gz")
    archive(clean, "make", packed)

    for path in fresh.root.rglob("*"):
        os.utime(path)  # as a clone has it
    assert fresh.planned(*only)
    assert "nothing differs" in archive(fresh, "adopt", packed)
    assert fresh.planned(*only) == set()
    # What differs is made again, and only what depends on it.
    fresh.edit("only.yaml", "iterations: 300", "iterations: 301")
    again = {"tiny: run depth 2", "tiny: make the tables", "tiny: draw the figure"}
    assert fresh.planned(*only) == again
    fresh.edit("only.yaml", "iterations: 301", "iterations: 300")
    assert fresh.planned(*only) == set()
    module = fresh.root / "src/implicit_sparsity/pipeline/figures/error.py"
    module.write_text(module.read_text() + "\n# changed\n")
    assert fresh.planned(*only) == {"tiny: draw the figure"}
