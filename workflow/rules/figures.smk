# The figures, each from its table and its rows of the summary, and what the report says beside it.
from implicit_sparsity.pipeline.config.escape import too_few
from implicit_sparsity.pipeline.report.settings import legend, of_experiment


def figure_file(wildcards):
    """The file of a figure, with what the caption says of it and of the experiment."""
    experiment = EXPERIMENTS[wildcards.experiment]
    spec = {
        "figure": experiment.figure,
        "legend": legend(f"figures.{experiment.figure}"),
        "setting": of_experiment(experiment),
        "few": too_few(experiment.problem, experiment.runs.values()),
    }
    return spec_file(f"figures/{experiment.name}", spec)


rule experiments:
    """The paper's experiments: a figure of each and the summary of all, in about a minute."""
    input:
        figures=expand(
            "paper_figures/{experiment}.{format}",
            experiment=EXPERIMENTS,
            format=["pdf", "png"],
        ),
        summary="results/summary.csv",
    localrule: True


rule figures:
    """The figure of an experiment."""
    input:
        spec=figure_file,
        table="results/tables/{experiment}.csv",
        summary="results/summary/{experiment}.csv",
        code=lambda wildcards: code_file(
            f"figures/{wildcards.experiment}",
            "pipeline.figures.footnote",
            "pipeline.figures.registry",
            f"pipeline.figures.{EXPERIMENTS[wildcards.experiment].figure}",
            "pipeline.report.experiment_captions",
        ),
    output:
        pdf="paper_figures/{experiment}.pdf",
        png=report(
            "paper_figures/{experiment}.png",
            caption="../report/experiment.rst",
            category="Experiments",
            labels={"experiment": "{experiment}"},
        ),
        caption="results/captions/{experiment}.html",
    log:
        "logs/figures/{experiment}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=estimates.TABLES_ALONE,
    message:
        "{wildcards.experiment}: draw the figure"
    script:
        "../scripts/figures.py"
