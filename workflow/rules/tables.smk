# The tidy data behind each figure, and the summary of all experiments.


def runs_of(wildcards):
    """Runs of an experiment at all depths, in the configuration's order."""
    depths = EXPERIMENTS[wildcards.experiment].runs
    return expand(rules.runs.output.runs, depth=depths, allow_missing=True)


def baselines_of(wildcards):
    """Baselines of an experiment that has some."""
    return rules.baselines.output if EXPERIMENTS[wildcards.experiment].baselines else []


rule tables:
    input:
        problems="results/problems/{experiment}.npz",
        runs=runs_of,
        baselines=baselines_of,
        code=lambda wildcards: sorted(
            {*code(f"tables.{EXPERIMENTS[wildcards.experiment].figure}"), *code("tables.summary")}
        ),
    output:
        table="results/tables/{experiment}.csv",
        summary="results/summary/{experiment}.csv",
    log:
        "logs/tables/{experiment}.log",
    params:
        figure=lambda wildcards: EXPERIMENTS[wildcards.experiment].figure,
        window=lambda wildcards: EXPERIMENTS[wildcards.experiment].window,
    threads: 1
    message:
        "{wildcards.experiment}: make the tables"
    script:
        "../scripts/tables.py"


rule summary:
    input:
        summaries=expand("results/summary/{experiment}.csv", experiment=EXPERIMENTS),
    output:
        summary="results/summary.csv",
    log:
        "logs/summary.log",
    threads: 1
    message:
        "Summarise all experiments"
    script:
        "../scripts/summary.py"
