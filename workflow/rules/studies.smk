# The tables that claims are judged on: gradient flows, one job for each depth of a study, beside
# other methods on the same problems.


rule measurements:
    """One depth of a study: a row, or several, for every start on every replicate."""
    input:
        spec=lambda wildcards: spec_file(
            f"studies/{wildcards.study}/depth-{wildcards.depth}",
            STUDIES[wildcards.study].runs[wildcards.depth],
        ),
        code=lambda wildcards: code_file(
            f"studies/{wildcards.study}/measurements",
            "pipeline.studies.table",
            f"pipeline.studies.{STUDIES[wildcards.study].measure}",
            *designs_of(STUDIES[wildcards.study]),
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
    resources:
        mem_mb=lambda wildcards: estimates.memory(
            "measurements", STUDIES[wildcards.study].cells
        ),
    message:
        "{wildcards.study}: measure depth {wildcards.depth}"
    script:
        "../scripts/measurements.py"


rule study_baselines:
    """Errors of the baselines of a study."""
    input:
        spec=lambda wildcards: spec_file(
            f"studies/{wildcards.study}/baselines",
            {
                "cells": STUDIES[wildcards.study].cells,
                "methods": STUDIES[wildcards.study].baselines,
                "timed": STUDIES[wildcards.study].timed,
            },
        ),
        code=lambda wildcards: code_file(
            f"studies/{wildcards.study}/baselines",
            "pipeline.studies.baselines",
            *baselines_of(STUDIES[wildcards.study]),
            *designs_of(STUDIES[wildcards.study]),
        ),
    output:
        table="results/studies/{study}/baselines.csv",
    log:
        "logs/studies/{study}/baselines.log",
    benchmark:
        "results/benchmarks/studies/{study}/baselines.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards: estimates.memory(
            "baselines",
            STUDIES[wildcards.study].cells,
            STUDIES[wildcards.study].baselines,
        ),
    message:
        "{wildcards.study}: fit the baselines"
    script:
        "../scripts/study_baselines.py"


rule studies:
    """The table of a study."""
    input:
        tables=parts_of,
        code=lambda wildcards: code_file("join", "pipeline.join"),
    output:
        table="results/studies/{study}.csv",
    log:
        "logs/studies/{study}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=estimates.JOINS,
    message:
        "{wildcards.study}: join the table"
    script:
        "../scripts/join.py"
