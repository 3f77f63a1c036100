# Rebuilds the paper's experiments, problems → runs → tables → figures, and judges its claims,
# studies → claims, those on related systems among them. `snakemake --cores all TARGET`, where TARGET
# is experiments, claims, related, all (which is what is built without a target) or a file, as
# paper_figures/NAME.pdf.
from snakemake.utils import min_version

min_version("9.0")


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/recovery.smk"
include: "workflow/rules/problems.smk"
include: "workflow/rules/runs.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/studies.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/related.smk"
include: "workflow/rules/explorer.smk"
include: "workflow/rules/notebooks.smk"


onstart:
    # Snakemake 9 keeps to a number of jobs per second by looking at all that wait once more each
    # second, for each job that has ended: over a long run that is minutes of its own time.
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


rule all:
    """Everything: experiments, claims, the explorer and the notebooks."""
    default_target: True
    input:
        rules.experiments.input,
        rules.claims.input,
        explorer=["results/explorer.html"] if PAGES.explorer else [],
        notebooks=expand("results/notebooks/{notebook}.html", notebook=PAGES.notebooks),
    localrule: True
