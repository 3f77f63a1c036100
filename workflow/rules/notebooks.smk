# The notebooks, executed: companions that read results and change none.

# What each reads of the results, and which modules of the package it uses.
COMPANIONS = {
    "1_the_paper_in_an_hour": (
        [],
        [
            "descent.engine",
            "flow.solve",
            "theory.predictions",
            "problems.authors",
            "pipeline.figures.cells",
        ],
    ),
    "2_reading_the_results": (
        [
            "summary",
            "tables/early_stopping_coordinate",
            "studies/early_stopping",
            "claims",
        ],
        [
            "pipeline.report.notebook",
            "pipeline.claims.early_stopping",
            "pipeline.figures.coordinates",
            "pipeline.claims.ledger",
        ],
    ),
    "3_your_own_data": (
        [],
        [
            "regression.estimators",
            "regression.stopping.held_out",
            "problems.from_file",
            "problems.synthetic",
            "pipeline.figures.style",
        ],
    ),
}


rule companions:
    input:
        tables=lambda wildcards: [
            f"results/{table}.csv" for table in COMPANIONS[wildcards.companion][0]
        ],
        code=lambda wildcards: sorted(
            {f for module in COMPANIONS[wildcards.companion][1] for f in code(module)}
        ),
        notebook=str(BASE / "notebooks/{companion}.ipynb"),
    output:
        notebook="results/notebooks/{companion}.ipynb",
        page=report(
            "results/notebooks/{companion}.html",
            caption="../report/notebook.rst",
            category="Notebooks",
            labels={"notebook": "{companion}"},
        ),
    log:
        "logs/notebooks/{companion}.log",
    wildcard_constraints:
        companion="|".join(COMPANIONS),
    conda:
        "../../environment.yml"
    threads: 1
    message:
        "Execute the notebook {wildcards.companion}"
    script:
        "../scripts/notebooks.py"
