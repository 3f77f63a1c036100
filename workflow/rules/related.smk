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
        code=lambda wildcards: code(
            "pipeline.related.table", f"pipeline.related.{wildcards.system}"
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
    params:
        spec=lambda wildcards: asdict(RELATED[wildcards.system]),
    message:
        "{wildcards.system}: measure the system"
    script:
        "../scripts/systems.py"


rule related_ledger:
    """The part of the ledger on related systems, alone."""
    input:
        **evidence_of(OF_RELATED.values()),
        code=code(
            "pipeline.claims.ledger",
            *(f"pipeline.{claim.module}" for claim in OF_RELATED.values()),
        ),
    output:
        ledger="results/related_claims.csv",
        cells="results/related_claims_cells.csv",
    log:
        "logs/related_claims.log",
    conda:
        "../../environment.yml"
    threads: 1
    params:
        claims=[asdict(claim) for claim in OF_RELATED.values()],
    message:
        "Judge the claims on related systems"
    script:
        "../scripts/related_claims.py"
