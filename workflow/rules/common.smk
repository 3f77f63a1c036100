# The checked configuration, and what several rules read.
import os
import sys
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

BASE = Path(os.path.relpath(Path(str(workflow.current_basedir)).parents[1]))
SOURCE = os.path.abspath(BASE / "src")
if {"{", "}"} & set(SOURCE):
    raise WorkflowError(
        f"The workflow lies in {os.path.abspath(BASE)}, whose braces Snakemake reads as wildcards; "
        "rename the folder."
    )

# Here and in every job, the package that lies beside the workflow, if it is not installed.
package = find_spec("implicit_sparsity")
if package is None or not package.origin.startswith(SOURCE):
    sys.path.insert(0, SOURCE)
    path = filter(None, [SOURCE, os.getenv("PYTHONPATH")])
    os.environ.update(PYTHONPATH=os.pathsep.join(path))

from implicit_sparsity.pipeline import dependencies
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.problems.spec import FileSpec

try:
    from implicit_sparsity.pipeline.config.sources import check, layers
except ConfigError as error:  # a plug-in that is not in its registry
    raise WorkflowError(str(error)) from None


def beside(path):
    """A file of the working directory if it is there, else that of the workflow."""
    return path if os.path.exists(path) else str(BASE / path)


CONFIG, OVERLAYS = beside("config/config.yaml"), map(
    str, workflow.overwrite_configfiles
)
replaced = workflow.config_settings.replace_workflow_config
try:
    PARTS = layers(
        [*([] if replaced else [CONFIG]), *OVERLAYS], workflow.config_settings.config
    )
except ConfigError as error:
    raise WorkflowError(str(error)) from None


configfile: CONFIG


if workflow.modifier.skip_configfile:
    PARTS = {"the workflow that imports this one": config}
try:
    CHECKED = check(config, PARTS, beside("config/claims.yaml"))
except ConfigError as error:
    raise WorkflowError(str(error)) from None
EXPERIMENTS, STUDIES, RELATED = CHECKED.experiments, CHECKED.studies, CHECKED.related
CLAIMS, PAGES = CHECKED.claims, CHECKED.pages
if workflow.is_main_process:
    for note in [f"The configuration is {os.path.abspath(CONFIG)}.", *CHECKED.notes]:
        logger.info(note)


wildcard_constraints:
    experiment="|".join(EXPERIMENTS),
    study="|".join(STUDIES),
    system="|".join(RELATED),
    claim="|".join(CLAIMS),
    depth=r"\d+(?:\.\d+)?",


def code(*modules):
    """The package's files that modules of it run; a rule with these runs again when one changes."""
    try:
        return [os.path.relpath(path) for path in dependencies.files(*modules)]
    except ValueError as error:
        raise WorkflowError(str(error)) from None


def designs_of(grid):
    """The modules of the designs of a grid's problems."""
    cells = [cell for cell in grid.cells if not isinstance(cell, FileSpec)]
    return sorted({f"problems.designs.{cell.design}" for cell in cells})


def baselines_of(grid):
    """The modules of a grid's baselines."""
    return [f"baselines.{method}" for method in grid.baselines]


def evidence_of(claims):
    """The tables that claims are judged on, by name of the study or related system."""
    names = dict.fromkeys(study for claim in claims for study in claim.studies)
    folders = {name: "related" if name in RELATED else "studies" for name in names}
    return {name: f"results/{folder}/{name}.csv" for name, folder in folders.items()}


def data_of(wildcards):
    """The file of an experiment on data from a file."""
    problem = EXPERIMENTS[wildcards.experiment].problem
    return [problem.file] if isinstance(problem, FileSpec) else []


def runs_of(wildcards):
    """Runs of an experiment at all depths, in the configuration's order."""
    depths = EXPERIMENTS[wildcards.experiment].runs
    return expand(rules.runs.output.runs, depth=depths, allow_missing=True)


def fitted_baselines_of(wildcards):
    """Baselines of an experiment that has some."""
    return rules.baselines.output if EXPERIMENTS[wildcards.experiment].baselines else []


def parts_of(wildcards):
    """Parts of a study's table: its depths in the configuration's order, then its baselines."""
    study = STUDIES[wildcards.study]
    parts = expand(
        rules.measurements.output.table, depth=study.runs, allow_missing=True
    )
    return parts + (rules.study_baselines.output if study.baselines else [])


def code_of_notebook(wildcards):
    """The package's files that a notebook runs, and those that execute it."""
    path = BASE / f"notebooks/{wildcards.notebook}.ipynb"
    return code("pipeline.report.notebook", *dependencies.imported_by_notebook(path))
