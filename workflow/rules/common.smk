# The checked configuration, and what several rules read.
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

HERE = workflow.current_basedir
#: The folder of the workflow; none if it is read from a repository that is not checked out.
BASE = (
    Path(os.path.relpath(Path(HERE).parents[1]))
    if hasattr(HERE, "__fspath__")
    else None
)
package = find_spec("implicit_sparsity")
if BASE is not None:
    source = os.path.abspath(BASE / "src")
    if {"{", "}"} & set(source):
        raise WorkflowError(
            f"The workflow lies in {os.path.abspath(BASE)}, whose braces Snakemake reads as "
            "wildcards; rename the folder."
        )
    # Here and in every job, the package that lies beside the workflow, if it is not installed.
    if package is None or not package.origin.startswith(source):
        sys.path.insert(0, source)
        path = filter(None, [source, os.getenv("PYTHONPATH")])
        os.environ.update(PYTHONPATH=os.pathsep.join(path))
elif package is None:
    raise WorkflowError(
        f"The workflow is read from {HERE}, which does not bring the package along; install "
        "implicit_sparsity from there with pip, or clone the repository and name its Snakefile."
    )

from implicit_sparsity.pipeline import dependencies, specs
from implicit_sparsity.pipeline.config import estimates
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.problems.spec import FileSpec

try:
    from implicit_sparsity.pipeline.config.sources import check, layers
except ConfigError as error:  # a plug-in that is not in its registry
    raise WorkflowError(str(error)) from None


def of_workflow(path):
    """A file of the workflow."""
    if BASE is None:
        return workflow.source_path(f"../../{path}")
    return local(str(BASE / path))


def beside(path):
    """A file of the working directory if it is there, else that of the workflow."""
    return path if os.path.exists(path) else of_workflow(path)


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
    named = os.path.abspath(CONFIG)
    if workflow.modifier.skip_configfile:
        named = "that of the workflow that imports this one"
    for note in [f"The configuration is {named}.", *CHECKED.notes]:
        logger.info(note)
#: Where results go; a module may have a prefix.
RESULTS = str(workflow.modifier.modify_path("results"))


wildcard_constraints:
    experiment="|".join(EXPERIMENTS),
    study="|".join(STUDIES),
    system="|".join(RELATED),
    claim="|".join(CLAIMS),
    depth=r"\d+(?:\.\d+)?",


def small_file(path, content):
    """A small file that a job depends on, written where it does not hold that content already."""
    if workflow.is_main_process:
        specs.write(path, content)
        # Snakemake may have listed the folder before the file was written.
        workflow.iocache.exists_local[path] = True
    return local(path)


def spec_file(name, spec):
    """The file that tells a job what to do; the job runs again when that changes."""
    return small_file(f"{RESULTS}/specs/{name}.json", spec)


def code_file(name, *modules):
    """The file of digests of the code that a job runs; the job runs again when one changes."""
    try:
        return small_file(f"{RESULTS}/code/{name}.json", dependencies.digests(*modules))
    except ValueError as error:
        raise WorkflowError(str(error)) from None


def package_file(path):
    """A file of the package that is no code."""
    return local(os.path.relpath(dependencies.FOLDER / path))


def designs_of(grid):
    """The modules of the designs of a grid's problems."""
    cells = [cell for cell in grid.cells if not isinstance(cell, FileSpec)]
    return sorted({f"problems.designs.{cell.design}" for cell in cells})


def baselines_of(grid):
    """The modules of a grid's baselines."""
    return [f"baselines.{method}" for method in grid.baselines]


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


def notebook_file(wildcards):
    """A notebook, as it is committed."""
    return of_workflow(f"notebooks/{wildcards.notebook}.ipynb")


def code_of_notebook(wildcards):
    """The package's files that a notebook runs, and those that execute it."""
    imported = dependencies.imported_by_notebook(notebook_file(wildcards))
    name = f"notebooks/{wildcards.notebook}"
    return code_file(name, "pipeline.report.notebook", *imported)
