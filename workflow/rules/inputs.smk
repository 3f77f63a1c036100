# What the inputs of rules are: functions of their wildcards, and small files that jobs depend on.
from implicit_sparsity.pipeline import dependencies, specs
from implicit_sparsity.pipeline.report.settings import (
    legend,
    of_experiment,
    of_study,
    of_system,
)


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


def memory_of_system(wildcards):
    """Megabytes of a related system's job: one that trains loads JAX, and compiles."""
    run = dependencies.files(f"pipeline.related.{wildcards.system}")
    trains = any(path.parent.name == "training" for path in run)
    return estimates.TRAINING if trains else estimates.TABLES_ALONE


def notebook_file(wildcards):
    """A notebook, as it is committed."""
    return of_workflow(f"notebooks/{wildcards.notebook}.ipynb")


def code_of_notebook(wildcards):
    """The package's files that a notebook runs, and those that execute it."""
    imported = dependencies.imported_by_notebook(notebook_file(wildcards))
    name = f"notebooks/{wildcards.notebook}"
    return code_file(name, "pipeline.report.notebook", *imported)


def legend_of(module):
    """What the figure of a module shows."""
    try:
        return legend(module)
    except ValueError as error:
        raise WorkflowError(str(error)) from None


def figure_file(wildcards):
    """The file of a figure, with what the caption says of it and of the experiment."""
    experiment = EXPERIMENTS[wildcards.experiment]
    spec = {
        "figure": experiment.figure,
        "legend": legend_of(f"figures.{experiment.figure}"),
        "setting": of_experiment(experiment),
    }
    return spec_file(f"figures/{experiment.name}", spec)


def evidence_of(wildcards):
    """The tables that a claim is judged on, by name of the study or related system."""
    names = CLAIMS[wildcards.claim].studies
    folders = {name: "related" if name in RELATED else "studies" for name in names}
    return {name: f"results/{folder}/{name}.csv" for name, folder in folders.items()}


def claim_file(wildcards):
    """The file of a claim, with what the caption says of its figure and its studies."""
    claim = CLAIMS[wildcards.claim]
    settings = {
        name: of_system(RELATED[name]) if name in RELATED else of_study(STUDIES[name])
        for name in claim.studies
    }
    spec = {
        "claim": claim,
        "legend": legend_of(claim.module),
        "settings": settings,
    }
    return spec_file(f"claims/{claim.id}", spec)
