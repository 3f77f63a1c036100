# The related systems: a table of each, and the verdicts on their claims without those on the others.
OF_RELATED = {name: claim for name, claim in CLAIMS.items() if claim.system}


rule related:
    """The related systems: a figure of each, and the verdicts on them."""
    input:
        figures=expand(
            "paper_figures/{claim}.{format}", claim=OF_RELATED, format=["pdf", "png"]
        ),
        verdicts=["results/related_claims.csv"] if OF_RELATED else [],
    localrule: True


rule systems:
    """All draws of a related system."""
    input:
        spec=lambda wildcards: spec_file(
            f"related/{wildcards.system}", RELATED[wildcards.system]
        ),
        code=lambda wildcards: code_file(
            f"related/{wildcards.system}",
            "pipeline.related.table",
            f"pipeline.related.{wildcards.system}",
        ),
    output:
        table="results/related/{system}.csv",
    log:
        "logs/related/{system}.log",
    benchmark:
        "results/benchmarks/related/{system}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    message:
        "{wildcards.system}: measure the system"
    script:
        "../scripts/systems.py"


rule related_ledger:
    """The part of the ledger on related systems, alone."""
    input:
        metrics=expand(rules.verdicts.output.metrics, claim=OF_RELATED),
        cells=expand(rules.verdicts.output.cells, claim=OF_RELATED),
        code=lambda wildcards: code_file("join", "pipeline.join"),
    output:
        ledger="results/related_claims.csv",
        cells="results/related_claims_cells.csv",
    log:
        "logs/related_claims.log",
    conda:
        "../../environment.yml"
    threads: 1
    message:
        "Join the verdicts on related systems"
    script:
        "../scripts/related_claims.py"
