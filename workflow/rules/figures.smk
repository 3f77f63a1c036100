# The figures, each from its table and its rows of the summary, and what the report says beside it.


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
            "pipeline.experiments.escape",
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
