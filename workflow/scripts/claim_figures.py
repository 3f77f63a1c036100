from importlib import import_module

import pandas as pd

from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.joblog import job_log

with job_log(snakemake.log[0]):
    claim = Claim.of(snakemake.params.claim)
    draw = import_module(f"implicit_sparsity.pipeline.figures.claims.{claim.id}").draw
    tables = {study: pd.read_csv(snakemake.input[study]) for study in claim.studies}
    style.save(draw(tables, claim), snakemake.output.pdf, snakemake.output.png)
