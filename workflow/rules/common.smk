# The checked configuration, and which of the package's files a rule runs.
import ast
import os
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

BASE = Path(os.path.relpath(workflow.basedir))

# Here and in every job, the package that lies beside the workflow.
sys.path.insert(0, str(BASE / "src"))
os.environ.update(
    PYTHONPATH=os.pathsep.join(
        filter(None, [f"{workflow.basedir}/src", os.getenv("PYTHONPATH")])
    )
)

from implicit_sparsity.pipeline.config.claims import load_claims
from implicit_sparsity.pipeline.config.check import ConfigError
from implicit_sparsity.pipeline.config.experiments import load_experiments
from implicit_sparsity.problems.spec import FileSpec
from implicit_sparsity.pipeline.config.studies import load_studies


def read(path):
    """A YAML file of the workflow."""
    return yaml.safe_load((BASE / path).read_text())


overlays = ", ".join(map(str, workflow.overwrite_configfiles))
place = "config/config.yaml" + (f", overlaid with {overlays}" if overlays else "")
try:
    SCHEMA = read("workflow/schemas/config.schema.yaml")
    EXPERIMENTS = load_experiments(config, SCHEMA)
    STUDIES = load_studies(config, SCHEMA)
    CLAIMS_SCHEMA = read("workflow/schemas/claims.schema.yaml")
    place = "config/claims.yaml"
    CLAIMS = load_claims(read(place), CLAIMS_SCHEMA, STUDIES, EXPERIMENTS)
except ConfigError as error:
    raise WorkflowError(f"{error} (in {place})") from None


# What the explorer and the second notebook show.
for name, entries, file in (
    ("phase_diagram", STUDIES, "config.yaml"),
    ("early_stopping_coordinate", EXPERIMENTS, "config.yaml"),
    ("early_stopping", CLAIMS, "claims.yaml"),
):
    if name not in entries:
        raise WorkflowError(
            f"config/{file} has no {name}, which a page of the results shows; put it back."
        )


wildcard_constraints:
    experiment="|".join(EXPERIMENTS),
    study="|".join(STUDIES),
    claim="|".join(CLAIMS),
    depth=r"\d+(?:\.\d+)?",


@cache
def code(module):
    """Files of a module of the package and of all that it imports from the package.

    As a rule's inputs they make it run again when one changes; Snakemake itself sees no change
    in imported code.
    """
    found, todo = set(), [f"implicit_sparsity.{module}"]
    while todo:
        name = todo.pop()
        stem = BASE / "src" / name.replace(".", "/")
        path = next(
            (p for p in (stem.with_suffix(".py"), stem / "__init__.py") if p.exists()),
            None,
        )
        if path is None and name == f"implicit_sparsity.{module}":
            raise WorkflowError(f"There is no {stem}.py; add it.")
        # The package's own __init__ only names what lies elsewhere.
        if path is None or path in found or name == "implicit_sparsity":
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                todo += [
                    node.module,
                    *(f"{node.module}.{alias.name}" for alias in node.names),
                ]
    return sorted(map(str, found))


def data_of(wildcards):
    """The file of an experiment on data of one's own."""
    problem = EXPERIMENTS[wildcards.experiment].problem
    return [problem.file] if isinstance(problem, FileSpec) else []


def runs_of(wildcards):
    """Runs of an experiment at all depths, in the configuration's order."""
    depths = EXPERIMENTS[wildcards.experiment].runs
    return expand(rules.runs.output.runs, depth=depths, allow_missing=True)


def baselines_of(wildcards):
    """Baselines of an experiment that has some."""
    return rules.baselines.output if EXPERIMENTS[wildcards.experiment].baselines else []


def measurements_of(wildcards):
    """Parts of a study's table: its depths in the configuration's order, then its peers."""
    study = STUDIES[wildcards.study]
    parts = expand(
        rules.measurements.output.table, depth=study.runs, allow_missing=True
    )
    return parts + (rules.peers.output if study.peers else [])


def evidence_of(claims):
    """The tables that claims are judged on, by name of the study."""
    studies = dict.fromkeys(study for claim in claims for study in claim.studies)
    return {study: f"results/studies/{study}.csv" for study in studies}
