# The tables that claims are judged on: gradient flows, one job for each depth of a study, beside
# other methods on the same problems.


rule measurements:
    input:
        code=lambda wildcards: sorted(
            {
                *code("pipeline.studies.table"),
                *code(f"pipeline.studies.{STUDIES[wildcards.study].measure}"),
            }
        ),
    output:
        table="results/studies/{study}/depth-{depth}.csv",
    log:
        "logs/studies/{study}/depth-{depth}.log",
    benchmark:
        "results/benchmarks/studies/{study}/depth-{depth}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    params:
        spec=lambda wildcards: asdict(STUDIES[wildcards.study].runs[wildcards.depth]),
    message:
        "{wildcards.study}: measure depth {wildcards.depth}"
    script:
        "../scripts/measurements.py"


rule peers:
    input:
        code=code("pipeline.studies.baselines"),
    output:
        table="results/studies/{study}/peers.csv",
    log:
        "logs/studies/{study}/peers.log",
    benchmark:
        "results/benchmarks/studies/{study}/peers.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    params:
        cells=lambda wildcards: [asdict(c) for c in STUDIES[wildcards.study].cells],
        methods=lambda wildcards: STUDIES[wildcards.study].peers,
        timed=lambda wildcards: STUDIES[wildcards.study].measure == "stopping",
    message:
        "{wildcards.study}: fit the peers"
    script:
        "../scripts/peers.py"


rule studies:
    input:
        tables=measurements_of,
        code=code("pipeline.join"),
    output:
        table="results/studies/{study}.csv",
    log:
        "logs/studies/{study}.log",
    conda:
        "../../environment.yml"
    threads: 1
    message:
        "{wildcards.study}: join the table"
    script:
        "../scripts/join.py"
