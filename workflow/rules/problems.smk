# The random instances of each experiment.


rule problems:
    """The problems of an experiment, one for each replicate."""
    input:
        spec=lambda wildcards: spec_file(
            f"problems/{wildcards.experiment}",
            EXPERIMENTS[wildcards.experiment].problem,
        ),
        data=data_of,
        code=lambda wildcards: code_file(
            f"problems/{wildcards.experiment}",
            "problems.generate",
            *designs_of(EXPERIMENTS[wildcards.experiment]),
        ),
    output:
        problems="results/problems/{experiment}.npz",
    log:
        "logs/problems/{experiment}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards: estimates.memory(
            "problems", EXPERIMENTS[wildcards.experiment].cells
        ),
    message:
        "{wildcards.experiment}: draw the problems"
    script:
        "../scripts/problems.py"
