# The checked configuration.
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
#: The parts of the ledger that have a claim.
CLAIM_PARTS = list(dict.fromkeys(claim.part for claim in CLAIMS.values()))
if workflow.is_main_process:
    named = os.path.abspath(CONFIG)
    if workflow.modifier.skip_configfile:
        named = "that of the workflow that imports this one"
    for note in [f"The configuration is {named}.", *CHECKED.notes]:
        logger.info(note)
#: Where results go; a module may have a prefix.
RESULTS = str(workflow.modifier.modify_path("results"))


NONE = "(?!)"  # matches nothing, where an empty pattern would match everything


wildcard_constraints:
    experiment="|".join(EXPERIMENTS) or NONE,
    study="|".join(STUDIES) or NONE,
    system="|".join(RELATED) or NONE,
    claim="|".join(CLAIMS) or NONE,
    depth=r"\d+(?:\.\d+)?",
