from pathlib import Path

import nbformat

from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.report.notebook import execute, export

with job_log(snakemake.log[0]):
    source = Path(snakemake.input.notebook)
    notebook = execute(source)
    nbformat.write(notebook, snakemake.output.notebook)
    page = export(notebook, source.stem.replace("_", " "))
    Path(snakemake.output.page).write_text(page, encoding="utf-8")
