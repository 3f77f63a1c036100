# The random instances of each experiment.


rule problems:
    input:
        code=code("draw"),
    output:
        problems="results/problems/{experiment}.npz",
    log:
        "logs/problems/{experiment}.log",
    params:
        spec=lambda wildcards: asdict(EXPERIMENTS[wildcards.experiment].problem),
    threads: 1
    message:
        "{wildcards.experiment}: draw the problems"
    script:
        "../scripts/problems.py"
