"""The memory that rules declare, beside what their jobs took."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from snakemake.utils import update_config

from implicit_sparsity.pipeline.config import estimates
from implicit_sparsity.pipeline.config.sources import check, layers
from implicit_sparsity.problems.spec import ProblemSpec


def measured(path: Path) -> float | None:
    """Megabytes that a job took at most, as Snakemake saw it; nothing of one that was too quick."""
    with path.open(encoding="utf-8") as lines:
        (row,) = csv.DictReader(lines, delimiter="\t")
    # A look every half minute; of a job that ended before the second, the first is too early.
    return float(row["max_rss"]) if float(row["s"]) > 5 else None


def test_the_jobs_of_a_run_take_what_is_declared(built):
    parts = layers([str(ROOT / "config/config.yaml"), str(ROOT / "config/smoke.yaml")], {})
    config, smoke = parts.values()
    update_config(config, smoke)
    asked = check(config, parts, str(ROOT / "config/claims.yaml"))
    folder = built.root / "results/benchmarks"
    declared = {}
    for name, grid in asked.experiments.items():
        for depth in grid.runs:
            declared[folder / f"runs/{name}/depth-{depth}.tsv"] = ("runs", grid, [])
    for name, grid in asked.studies.items():
        for depth in grid.runs:
            declared[folder / f"studies/{name}/depth-{depth}.tsv"] = ("measurements", grid, [])
        if grid.baselines:
            path = folder / f"studies/{name}/baselines.tsv"
            declared[path] = ("baselines", grid, grid.baselines)
    ratios = {}
    for path, (job, grid, methods) in declared.items():
        if (took := measured(path)) is not None:
            ratios[str(path)] = estimates.memory(job, grid.cells, methods) / took
    assert not {path: ratio for path, ratio in ratios.items() if not 0.5 <= ratio <= 2}


JOB = """
import sys
from implicit_sparsity.pipeline.specs import RunSpec, StudySpec
from implicit_sparsity.problems.generate import generate, load, save
from implicit_sparsity.problems.spec import ProblemSpec
job, file, n, p, replicates = sys.argv[1:3] + list(map(int, sys.argv[3:]))
spec = ProblemSpec("e", "fresh", 1, "gaussian", {}, n, p, 1.0, 2, 0.1, replicates)
if job == "problems":
    save(file, generate(spec))
elif job == "runs":
    from implicit_sparsity.pipeline.experiments.run import run
    run(RunSpec(2, [1e-2], [1e-4], False, 0.01, 20), load(file)).save(f"{file}.runs.npz")
elif job == "tables":
    from implicit_sparsity.pipeline.experiments.registry import FIGURE_TABLES
    from implicit_sparsity.pipeline.experiments.runs import Runs
    FIGURE_TABLES["error"](load(file), [Runs.load(f"{file}.runs.npz")])
elif job == "baselines":
    from implicit_sparsity.pipeline.studies.baselines import baseline_table
    baseline_table([spec], ["oracle", "ridge_oracle"])
else:
    from implicit_sparsity.pipeline.studies.table import study_table
    study_table(StudySpec("recovery", [spec], 2.0, [1e-3], [1e-6], {"until": "window"}))
# What getrusage tells begins at the memory of the process that started this one.
status = open("/proc/self/status", encoding="utf-8").read()
print(int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
@pytest.mark.parametrize(("n", "p", "replicates"), [(200, 5000, 6), (100, 30_000, 1)])
def test_jobs_on_larger_data_take_what_is_declared(tmp_path, n, p, replicates):
    cell = ProblemSpec("e", "fresh", 1, "gaussian", {}, n, p, 1.0, 2, 0.1, replicates)
    for job in ("problems", "runs", "tables", "baselines", "measurements"):
        sizes = [str(size) for size in (n, p, replicates)]
        command = [sys.executable, "-c", JOB, job, str(tmp_path / "problems.npz"), *sizes]
        one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=one_thread)
        methods = ["oracle", "ridge_oracle"] if job == "baselines" else []
        ratio = estimates.memory(job, [cell], methods) / float(done.stdout)
        assert 0.5 <= ratio <= 2, (job, ratio)
