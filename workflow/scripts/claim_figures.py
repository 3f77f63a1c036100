import pandas as pd

from implicit_sparsity.pipeline.claims.registry import claim_module
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.joblog import job_log

with job_log(snakemake.log[0]):
    claim = Claim.of(snakemake.params.claim)
    tables = {study: pd.read_csv(snakemake.input[study]) for study in claim.studies}
    figure = claim_module(claim.id).draw(tables, claim)
    style.save(figure, snakemake.output.pdf, snakemake.output.png)
