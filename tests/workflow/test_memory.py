"""The memory that rules declare, beside what their jobs took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from implicit_sparsity.pipeline.config import estimates
from implicit_sparsity.problems.spec import ProblemSpec

#: Loaded by Python as it starts; says at the end of a job what it was given and what it took.
TELL = """
import atexit, json, sys
def tell():
    job = getattr(sys.modules["__main__"], "snakemake", None)
    if job is not None:
        status = open("/proc/self/status", encoding="utf-8").read()
        took = int(status.split("VmHWM:")[1].split()[0]) / 1024
        said = {"job": job.output[0], "declared": job.resources["mem_mb"], "took": took}
        open(__file__ + ".said", "a", encoding="utf-8").write(json.dumps(said) + "\\n")
atexit.register(tell)
"""
#: A file that each of some rules makes, and so its job.
MADE = [
    "results/related/weight_normalisation.csv",  # trains, with JAX
    "results/related/which_l1_minimiser.csv",
    "results/studies/kernel.csv",
    "results/studies/kernel/depth-3.csv",
    "results/studies/kernel/baselines.csv",
    "results/tables/convergence.csv",
    "results/claims/rich_to_kernel.csv",
]

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is read from /proc"
)


@needs_proc
def test_jobs_of_a_run_take_what_is_declared(smoke, tmp_path):
    told = tmp_path / "sitecustomize.py"
    told.write_text(TELL, encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "--cores=2", "--configfile=config/smoke.yaml"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    subprocess.run([*command, "--force", "--", *MADE], cwd=smoke.root, env=environment, check=True)
    lines = Path(f"{told}.said").read_text(encoding="utf-8").splitlines()
    said = {job["job"]: job["declared"] / job["took"] for job in map(json.loads, lines)}
    assert set(MADE) <= set(said)
    assert not {job: ratio for job, ratio in said.items() if not 0.5 <= ratio <= 2}


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


@needs_proc
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
