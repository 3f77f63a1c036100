"""The workflow run from elsewhere: by another folder, another configuration, another workflow."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import forked
import pytest
import yaml
from conftest import Pipeline

ENTRY = {
    "tiny": {
        **{"figure": "error", "design": "gaussian", "n": 30, "p": 20, "k": 2, "signal": 1},
        **{"noise": 0.1, "depths": [2], "init": 1e-4, "step_size": "0.05/N^2", "iterations": 300},
    }
}
ALONE = yaml.safe_dump({"instances": "fresh", "seed": 1, "experiments": ENTRY})
MODULE = """
configfile: "config/config.yaml"


module sparse:
    snakefile: "{snakefile}"
    config: config{prefix}


use rule * from sparse{name}
"""


def snakemake(folder: Path, *arguments: str) -> str:
    """What snakemake says of a run in a folder, without configuration files on the command line."""
    result = forked.snakemake(folder, ["--cores", "1", *arguments], os.environ)
    assert result.returncode == 0, result.stdout
    return result.stdout


def outer(folder: Path, snakefile: str) -> Path:
    """A folder with a workflow and a configuration of its own, as snakedeploy lays it out."""
    (folder / "workflow").mkdir(parents=True)
    (folder / "config").mkdir()
    (folder / "workflow/Snakefile").write_text(snakefile)
    (folder / "config/config.yaml").write_text(ALONE)
    return folder


def test_own_experiments_alone(clean):
    (clean.root / "mine.yaml").write_text(ALONE)
    result = clean.run("--configfile=mine.yaml", "--replace-workflow-config", "--dry-run")
    assert result.returncode == 0, result.stdout
    assert "Claims without their studies are left out: sparse_recovery" in result.stdout
    planned = set(re.findall(r"^Job \d+: (.*)$", result.stdout, re.MULTILINE))
    assert planned >= {"tiny: draw the figure", "Summarise all experiments"}
    assert {job.split(":")[0] for job in planned} == {"tiny", "Summarise all experiments"}


def test_a_configuration_in_the_working_directory_is_found(clean, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "config").mkdir(parents=True)
    (elsewhere / "config/config.yaml").write_text(ALONE)
    result = snakemake(clean.root, "--dry-run", "--directory", str(elsewhere))
    assert f"The configuration is {elsewhere / 'config/config.yaml'}." in result
    assert "tiny: draw the figure" in result and "convergence" not in result


@pytest.mark.parametrize(
    ("name", "prefix", "rule", "results"),
    [
        ("", "", "figures", ""),
        (" as sparse_*", '\n    prefix: "deep"', "sparse_figures", "deep/"),
    ],
    ids=["as it is", "with other names and results elsewhere"],
)
def test_another_workflow_uses_this_one_as_a_module(clean, tmp_path, name, prefix, rule, results):
    text = MODULE.format(snakefile=clean.root / "workflow/Snakefile", name=name, prefix=prefix)
    folder = outer(tmp_path / "outer", text)
    said = snakemake(folder, f"{results}paper_figures/tiny.png")
    assert "The configuration is that of the workflow that imports this one." in said
    assert re.search(rf"^{rule} +1$", said, re.MULTILINE)
    assert (folder / f"{results}paper_figures/tiny.pdf").stat().st_size > 5_000
    made = {path.relative_to(folder / results).parts[0] for path in folder.rglob("*.json")}
    assert made == {"results", "paper_figures"}
    # Of the whole, which is what is built without a target, one job is left.
    said = snakemake(folder, "--dry-run")
    assert re.findall(r"^Job \d+: (.*)$", said, re.MULTILINE) == ["Summarise all experiments"]


def test_a_module_without_a_configuration_has_that_of_the_project(clean, tmp_path):
    text = MODULE.format(snakefile=clean.root / "Snakefile", name="", prefix="")
    folder = outer(tmp_path / "outer", text.replace("    config: config", ""))
    (folder / "config/config.yaml").unlink()
    folder.joinpath("workflow/Snakefile").write_text(
        text.replace('configfile: "config/config.yaml"', "").replace("    config: config", "")
    )
    said = snakemake(folder, "--dry-run", "paper_figures/early_stopping.png")
    assert "early_stopping: judge the claim" in said


def test_the_default_of_another_workflow_stays_its_own(clean, tmp_path):
    own = 'rule all:\n    input: "own.txt"\n\nrule own:\n    output: touch("own.txt")\n'
    name = " exclude all as sparse_*"
    text = MODULE.format(snakefile=clean.root / "workflow/Snakefile", name=name, prefix="")
    folder = outer(tmp_path / "outer", text.replace("\n\nmodule", f"\n\n{own}\n\nmodule", 1))
    snakemake(folder)
    assert (folder / "own.txt").is_file() and not (folder / "results").exists()


def test_another_workflow_includes_this_one(clean, tmp_path):
    folder = outer(tmp_path / "outer", f'include: "{clean.root}/Snakefile"\n')
    assert "tiny: draw the figure" in snakemake(folder, "--dry-run", "paper_figures/tiny.png")


@pytest.fixture
def repository(clean: Pipeline) -> str:
    """The project as a repository from which a workflow is read file by file, as from GitHub."""
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@y.z", "-C", str(clean.root)]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "All."], check=True)
    # What lies there must not be used in place of the repository.
    for part in ("workflow", "config", "notebooks"):
        shutil.rmtree(clean.root / part)
    return f"git+file://{clean.root}/workflow/Snakefile@main"


def test_a_workflow_that_is_not_checked_out_runs_with_the_package_installed(
    repository, clean, tmp_path
):
    folder = outer(tmp_path / "outer", MODULE.format(snakefile=repository, name="", prefix=""))
    # A process of its own, whose package is the one that is installed.
    result = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", "paper_figures/tiny.png"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(clean.root / "src")},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert result.returncode == 0, result.stdout
    assert "Claims without their studies are left out" in result.stdout
    assert (folder / "paper_figures/tiny.pdf").stat().st_size > 5_000
