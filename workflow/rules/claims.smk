# The verdicts on the claims, and a figure for each.


rule claims:
    """The verdicts on the claims: the ledger, and a figure of each claim."""
    input:
        figures=expand(
            "paper_figures/{claim}.{format}",
            claim=[*CLAIMS, *(part.figure for part in CLAIM_PARTS)],
            format=["pdf", "png"],
        ),
        ledger=["results/claims.csv"] if CLAIMS else [],
    localrule: True


rule claim:
    """One claim: its verdicts and its figure."""
    input:
        unpack(evidence_of),
        spec=claim_file,
        code=lambda wildcards: code_file(
            f"claims/{wildcards.claim}",
            "pipeline.claims.ledger",
            f"pipeline.{CLAIMS[wildcards.claim].module}",
            "pipeline.report.claim_captions",
        ),
    output:
        metrics="results/claims/{claim}.csv",
        cells="results/claims/cells/{claim}.csv",
        caption="results/captions/{claim}.html",
        pdf="paper_figures/{claim}.pdf",
        png=report(
            "paper_figures/{claim}.png",
            caption="../report/claim.rst",
            category="Claims",
            labels={"claim": "{claim}"},
        ),
    log:
        "logs/claims/{claim}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=estimates.TABLES_ALONE,
    message:
        "{wildcards.claim}: judge the claim"
    script:
        "../scripts/claim.py"


rule ledger:
    """The ledger: the verdicts on all claims."""
    input:
        metrics=expand(rules.claim.output.metrics, claim=CLAIMS),
        cells=expand(rules.claim.output.cells, claim=CLAIMS),
        code=lambda wildcards: code_file(
            "ledger",
            "pipeline.join",
            "pipeline.claims.ledger_text",
            "pipeline.report.claim_captions",
        ),
    output:
        ledger=report(
            "results/claims.csv",
            caption="../report/ledger_table.rst",
            category="Tables",
            labels={"table": "the ledger of claims"},
        ),
        cells="results/claims_cells.csv",
        text="paper_figures/claims.md",
        summary="paper_figures/claims_summary.md",
        page="results/captions/claims.html",
    log:
        "logs/claims.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=estimates.TABLES_ALONE,
    message:
        "Join the ledger"
    script:
        "../scripts/ledger.py"


rule ledger_figure:
    """The verdicts in figures, one for each part of the ledger."""
    input:
        ledger="results/claims.csv",
        code=lambda wildcards: code_file(
            "figures/claims", "pipeline.claims.ledger_figure"
        ),
    output:
        pdf=[f"paper_figures/{part.figure}.pdf" for part in CLAIM_PARTS],
        png=[
            report(
                f"paper_figures/{part.figure}.png",
                caption="../report/ledger.rst",
                category="Claims",
                labels={"claim": f"(all: {part.title})"},
            )
            for part in CLAIM_PARTS
        ],
    log:
        "logs/figures/claims.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=estimates.TABLES_ALONE,
    message:
        "Draw the ledger"
    script:
        "../scripts/ledger_figure.py"
