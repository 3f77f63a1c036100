# The random instances of each experiment.


rule problems:
    input:
        data=data_of,
        code=code("problems.generate"),
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
