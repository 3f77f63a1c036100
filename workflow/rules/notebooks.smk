# The notebooks, executed: they read results and change none.
for name in PAGES.notebooks:
    if BASE is not None and not (BASE / f"notebooks/{name}.ipynb").is_file():
        raise WorkflowError(
            f"pages.notebooks names {name}, but there is no notebooks/{name}.ipynb; write it or "
            "leave it out."
        )


rule notebooks:
    """A notebook, executed, and its page."""
    input:
        tables=lambda wildcards: [
            f"results/{table}.csv" for table in PAGES.notebooks[wildcards.notebook]
        ],
        code=code_of_notebook,
        notebook=notebook_file,
    output:
        notebook="results/notebooks/{notebook}.ipynb",
        page=report(
            "results/notebooks/{notebook}.html",
            caption="../report/notebook.rst",
            category="Notebooks",
            labels={"notebook": "{notebook}"},
        ),
    log:
        "logs/notebooks/{notebook}.log",
    wildcard_constraints:
        notebook="|".join(PAGES.notebooks),
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=estimates.NOTEBOOKS,
    message:
        "Execute the notebook {wildcards.notebook}"
    script:
        "../scripts/notebooks.py"
