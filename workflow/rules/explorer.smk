# A page on which depth and start are sliders: the paths of one problem beside the phase diagram.


rule explorer_paths:
    """The trajectories that the explorer shows."""
    input:
        spec=lambda wildcards: spec_file(
            "explorer", list(STUDIES[PAGES.explorer].runs.values())
        ),
        code=lambda wildcards: code_file(
            "explorer_paths", "pipeline.report.explorer.paths"
        ),
    output:
        paths="results/explorer/paths.csv",
    log:
        "logs/explorer/paths.log",
    benchmark:
        "results/benchmarks/explorer/paths.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=estimates.TABLES_ALONE,
    message:
        "Follow the explorer's paths"
    script:
        "../scripts/explorer_paths.py"


rule explorer:
    """A page on which depth and start are sliders."""
    input:
        paths="results/explorer/paths.csv",
        table=f"results/studies/{PAGES.explorer}.csv",
        code=lambda wildcards: code_file("explorer", "pipeline.report.explorer.page"),
        template=package_file("pipeline/report/explorer/page.html"),
    output:
        page=report(
            "results/explorer.html",
            caption="../report/explorer.rst",
            category="Explorer",
            labels={"page": "paths by depth and start"},
        ),
    log:
        "logs/explorer/page.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=estimates.TABLES_ALONE,
    message:
        "Write the explorer"
    script:
        "../scripts/explorer.py"
