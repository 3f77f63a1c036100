# The random instances of each experiment.


rule problems:
    """The problems of an experiment, one for each replicate."""
    input:
        data=data_of,
        code=lambda wildcards: code(
            "problems.generate", *designs_of(EXPERIMENTS[wildcards.experiment])
        ),
    output:
        problems="results/problems/{experiment}.npz",
    log:
        "logs/problems/{experiment}.log",
    conda:
        "../../environment.yml"
    threads: 1
    params:
        spec=lambda wildcards: asdict(EXPERIMENTS[wildcards.experiment].problem),
    message:
        "{wildcards.experiment}: draw the problems"
    script:
        "../scripts/problems.py"
