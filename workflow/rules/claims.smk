# The verdicts on the claims, and a figure for each.
from implicit_sparsity.pipeline.report.settings import legend, of_study, of_system


rule claims:
    """The verdicts on the claims: the ledger, and a figure of each claim."""
    input:
        figures=expand(
            "paper_figures/{claim}.{format}",
            claim=[*CLAIMS, "claims"] if CLAIMS else [],
            format=["pdf", "png"],
        ),
        ledger=["results/claims.csv"] if CLAIMS else [],
    localrule: True


rule ledger:
    """The ledger: a verdict on each metric of each claim."""
    input:
        **evidence_of(CLAIMS.values()),
        code=code(
            "pipeline.claims.ledger",
            "pipeline.claims.ledger_text",
            "pipeline.report.claim_captions",
            *(f"pipeline.{claim.module}" for claim in CLAIMS.values()),
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
        captions=expand("results/captions/{claim}.html", claim=CLAIMS),
    log:
        "logs/claims.log",
    conda:
        "../../environment.yml"
    threads: 1
    params:
        claims=[asdict(claim) for claim in CLAIMS.values()],
    message:
        "Judge the claims"
    script:
        "../scripts/claims.py"


rule claim_figures:
    """The figure of a claim."""
    input:
        unpack(lambda wildcards: evidence_of([CLAIMS[wildcards.claim]])),
        code=lambda wildcards: code(
            "pipeline.claims.ledger", f"pipeline.{CLAIMS[wildcards.claim].module}"
        ),
    output:
        pdf="paper_figures/{claim}.pdf",
        png=report(
            "paper_figures/{claim}.png",
            caption="../report/claim.rst",
            category="Claims",
            labels={"claim": "{claim}"},
        ),
    log:
        "logs/figures/{claim}.log",
    conda:
        "../../environment.yml"
    threads: 1
    params:
        claim=lambda wildcards: asdict(CLAIMS[wildcards.claim]),
        legend=lambda wildcards: legend(CLAIMS[wildcards.claim].module),
        settings=lambda wildcards: {
            name: (
                of_system(RELATED[name])
                if name in RELATED
                else of_study(STUDIES[name])
            )
            for name in CLAIMS[wildcards.claim].studies
        },
    message:
        "{wildcards.claim}: draw the figure"
    script:
        "../scripts/claim_figures.py"


rule ledger_figure:
    """The figure of all verdicts."""
    input:
        ledger="results/claims.csv",
        code=code("pipeline.claims.ledger_figure"),
    output:
        pdf="paper_figures/claims.pdf",
        png=report(
            "paper_figures/claims.png",
            caption="../report/ledger.rst",
            category="Claims",
            labels={"claim": "(all: the ledger)"},
        ),
    log:
        "logs/figures/claims.log",
    conda:
        "../../environment.yml"
    threads: 1
    message:
        "Draw the ledger"
    script:
        "../scripts/ledger_figure.py"
