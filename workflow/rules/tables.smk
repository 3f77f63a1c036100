# The tidy data behind each figure, and the summary of all experiments.


rule tables:
    """The data behind the figure of an experiment, and its rows of the summary."""
    input:
        problems="results/problems/{experiment}.npz",
        runs=runs_of,
        baselines=fitted_baselines_of,
        code=lambda wildcards: code_file(
            f"tables/{wildcards.experiment}",
            "pipeline.experiments.registry",
            f"pipeline.experiments.{EXPERIMENTS[wildcards.experiment].figure}",
            "pipeline.experiments.summary",
        ),
    output:
        table="results/tables/{experiment}.csv",
        summary="results/summary/{experiment}.csv",
    log:
        "logs/tables/{experiment}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards: estimates.memory(
            "tables", EXPERIMENTS[wildcards.experiment].cells
        ),
    params:
        figure=lambda wildcards: EXPERIMENTS[wildcards.experiment].figure,
        window=lambda wildcards: EXPERIMENTS[wildcards.experiment].window,
    message:
        "{wildcards.experiment}: make the tables"
    script:
        "../scripts/tables.py"


rule summary:
    """A row for each experiment, depth and start."""
    input:
        tables=expand("results/summary/{experiment}.csv", experiment=EXPERIMENTS),
        code=lambda wildcards: code_file("join", "pipeline.join"),
    output:
        table=report(
            "results/summary.csv",
            caption="../report/summary.rst",
            category="Tables",
            labels={"table": "the summary of all experiments"},
        ),
    log:
        "logs/summary.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=estimates.JOINS,
    message:
        "Summarise all experiments"
    script:
        "../scripts/join.py"
