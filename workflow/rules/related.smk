# The related systems: a table of each.
OF_RELATED = {name: claim for name, claim in CLAIMS.items() if claim.system}


rule related:
    """The related systems: a figure of each, and the verdicts on them."""
    input:
        figures=expand(
            "paper_figures/{claim}.{format}", claim=OF_RELATED, format=["pdf", "png"]
        ),
        verdicts=expand(rules.claim.output.metrics, claim=OF_RELATED),
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
    resources:
        mem_mb=memory_of_system,
    message:
        "{wildcards.system}: measure the system"
    script:
        "../scripts/systems.py"
