import pandas as pd

from implicit_sparsity.pipeline.claims.ledger import ledger
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.files import whole, write_table
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.related.registry import SYSTEMS

with job_log(snakemake.log[0]):
    claims = {entry["id"]: Claim.of(entry) for entry in snakemake.params.claims}
    studies = {study for claim in claims.values() for study in claim.studies}
    tables = {study: pd.read_csv(whole(snakemake.input[study])) for study in studies}
    found = ledger(claims, tables, SYSTEMS)
    write_table(snakemake.output.ledger, found.metrics)
    write_table(snakemake.output.cells, found.cells)
