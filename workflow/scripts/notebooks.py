from pathlib import Path

from implicit_sparsity.pipeline.joblog import job_log

import nbformat

from implicit_sparsity.pipeline.files import whole, write_text
from implicit_sparsity.pipeline.report.notebook import execute, export

with job_log(snakemake.log[0]):
    for table in snakemake.input.tables:
        whole(table)
    source = Path(snakemake.input.notebook)
    notebook = execute(source)
    write_text(snakemake.output.notebook, nbformat.writes(notebook) + "\n")
    write_text(snakemake.output.page, export(notebook, source.stem.replace("_", " ")))
