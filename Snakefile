# Rebuilds the paper's experiments, problems → runs → tables → figures, and judges its claims,
# studies → claims.
# `snakemake --cores all` builds everything, `snakemake --cores all paper_figures/NAME.pdf` one figure.
from snakemake.utils import min_version

min_version("9.0")


configfile: f"{workflow.basedir}/config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/problems.smk"
include: "workflow/rules/runs.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/studies.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/explorer.smk"
include: "workflow/rules/notebooks.smk"


rule all:
    default_target: True
    input:
        figures=expand(
            "paper_figures/{figure}.{format}",
            figure=[*EXPERIMENTS, *CLAIMS, "claims"],
            format=["pdf", "png"],
        ),
        summary="results/summary.csv",
        ledger="results/claims.csv",
        explorer="results/explorer.html",
        notebooks=expand("results/notebooks/{companion}.html", companion=COMPANIONS),
    localrule: True
