# The verdicts on the claims, and a figure for each.


rule claims:
    input:
        **evidence_of(CLAIMS.values()),
        code=sorted(
            {*code("ledger"), *(f for c in CLAIMS for f in code(f"claims.{c}"))}
        ),
    output:
        ledger="results/claims.csv",
        text="paper_figures/claims.md",
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
        code=lambda wildcards: code(f"figures.claims.{wildcards.claim}"),
    output:
        pdf="paper_figures/{claim}.pdf",
        png="paper_figures/{claim}.png",
    log:
        "logs/figures/{claim}.log",
    conda:
        "../../environment.yml"
    threads: 1
    params:
        claim=lambda wildcards: asdict(CLAIMS[wildcards.claim]),
    message:
        "{wildcards.claim}: draw the figure"
    script:
        "../scripts/claim_figures.py"


rule ledger_figure:
    input:
        ledger="results/claims.csv",
        code=code("figures.ledger"),
    output:
        pdf="paper_figures/claims.pdf",
        png="paper_figures/claims.png",
    log:
        "logs/figures/claims.log",
    conda:
        "../../environment.yml"
    threads: 1
    message:
        "Draw the ledger"
    script:
        "../scripts/ledger_figure.py"
