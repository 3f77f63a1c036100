# The figures, each from its table and its rows of the summary.


rule figures:
    input:
        table="results/tables/{experiment}.csv",
        summary="results/summary/{experiment}.csv",
        code=lambda wildcards: code(
            f"figures.{EXPERIMENTS[wildcards.experiment].figure}"
        ),
    output:
        pdf="paper_figures/{experiment}.pdf",
        png="paper_figures/{experiment}.png",
    log:
        "logs/figures/{experiment}.log",
    conda:
        "../../environment.yml"
    threads: 1
    params:
        figure=lambda wildcards: EXPERIMENTS[wildcards.experiment].figure,
    message:
        "{wildcards.experiment}: draw the figure"
    script:
        "../scripts/figures.py"
