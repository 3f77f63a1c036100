# The verdicts on the claims, and a figure for each.
from implicit_sparsity.pipeline.report.settings import legend, of_study


rule claims:
    input:
        **evidence_of(CLAIMS.values()),
        code=sorted(
            {
                *code("pipeline.claims.ledger"),
                *code("pipeline.report.claims"),
                *(f for c in CLAIMS for f in code(f"pipeline.claims.{c}")),
            }
        ),
    output:
        ledger=report(
            "results/claims.csv",
            caption="../report/ledger_table.rst",
            category="Tables",
            labels={"table": "the ledger of claims"},
        ),
        text="paper_figures/claims.md",
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
    input:
        unpack(lambda wildcards: evidence_of([CLAIMS[wildcards.claim]])),
        code=lambda wildcards: code(f"pipeline.claims.{wildcards.claim}"),
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
        legend=lambda wildcards: legend(f"claims.{wildcards.claim}"),
        settings=lambda wildcards: {
            study: of_study(STUDIES[study])
            for study in CLAIMS[wildcards.claim].studies
        },
    message:
        "{wildcards.claim}: draw the figure"
    script:
        "../scripts/claim_figures.py"


rule ledger_figure:
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
