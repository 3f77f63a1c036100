import pandas as pd

from implicit_sparsity.pipeline.claims.ledger import ledger
from implicit_sparsity.pipeline.claims.ledger_text import markdown, summary
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.files import whole, write_table, write_text
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.related.registry import MODULES
from implicit_sparsity.pipeline.report import claim_captions as captions

with job_log(snakemake.log[0]):
    claims = {entry["id"]: Claim.of(entry) for entry in snakemake.params.claims}
    studies = {study for claim in claims.values() for study in claim.studies}
    tables = {study: pd.read_csv(whole(snakemake.input[study])) for study in studies}
    found = ledger(claims, tables, MODULES)
    write_table(snakemake.output.ledger, found.metrics)
    write_table(snakemake.output.cells, found.cells)
    write_text(snakemake.output.text, markdown(found))
    write_text(snakemake.output.summary, summary(found))
    write_text(snakemake.output.page, captions.ledger(found.metrics))
    for name, path in zip(claims, snakemake.output.captions, strict=True):
        rows, cells = (part[part["id"] == name] for part in found)
        write_text(path, captions.caption(rows, cells))
