# Rebuilds the paper's experiments: problems → runs → tables → figures.
# `snakemake --cores all` builds everything, `snakemake --cores all paper_figures/NAME.pdf` one figure.
from snakemake.utils import min_version

min_version("9.0")


configfile: f"{workflow.basedir}/config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/problems.smk"
include: "workflow/rules/runs.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"


rule all:
    default_target: True
    input:
        figures=expand(
            "paper_figures/{experiment}.{format}",
            experiment=EXPERIMENTS,
            format=["pdf", "png"],
        ),
        summary="results/summary.csv",
    localrule: True
