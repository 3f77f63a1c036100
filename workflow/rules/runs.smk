# Gradient descent, one job for each depth of an experiment, and the baselines beside it.


rule runs:
    """Gradient descent at one depth: every start on every replicate."""
    input:
        spec=lambda wildcards: spec_file(
            f"runs/{wildcards.experiment}/depth-{wildcards.depth}",
            EXPERIMENTS[wildcards.experiment].runs[wildcards.depth],
        ),
        problems="results/problems/{experiment}.npz",
        code=lambda wildcards: code_file("runs", "pipeline.experiments.run"),
    output:
        runs="results/runs/{experiment}/depth-{depth}.npz",
    log:
        "logs/runs/{experiment}/depth-{depth}.log",
    benchmark:
        "results/benchmarks/runs/{experiment}/depth-{depth}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards: estimates.memory(
            "runs", EXPERIMENTS[wildcards.experiment].cells
        ),
    message:
        "{wildcards.experiment}: run depth {wildcards.depth}"
    script:
        "../scripts/runs.py"


rule baselines:
    """Errors of the baselines of an experiment."""
    input:
        problems="results/problems/{experiment}.npz",
        code=lambda wildcards: code_file(
            f"baselines/{wildcards.experiment}",
            "pipeline.experiments.baselines",
            *baselines_of(EXPERIMENTS[wildcards.experiment]),
        ),
    output:
        baselines="results/baselines/{experiment}.csv",
    log:
        "logs/baselines/{experiment}.log",
    benchmark:
        "results/benchmarks/baselines/{experiment}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards: estimates.memory(
            "baselines",
            EXPERIMENTS[wildcards.experiment].cells,
            EXPERIMENTS[wildcards.experiment].baselines,
        ),
    params:
        methods=lambda wildcards: EXPERIMENTS[wildcards.experiment].baselines,
    message:
        "{wildcards.experiment}: fit the baselines"
    script:
        "../scripts/baselines.py"
