from importlib import import_module

import pandas as pd

from implicit_sparsity.figures import style
from implicit_sparsity.joblog import job_log

with job_log(snakemake.log[0]):
    draw = import_module(f"implicit_sparsity.figures.claims.{snakemake.wildcards.claim}").draw
    tables = {study: pd.read_csv(snakemake.input[study]) for study in snakemake.params.studies}
    style.save(draw(tables), snakemake.output.pdf, snakemake.output.png)
