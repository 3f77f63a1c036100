from pathlib import Path

import pandas as pd

from implicit_sparsity.pipeline.claims.ledger import ledger
from implicit_sparsity.pipeline.claims.ledger_text import markdown, summary
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.related.registry import MODULES
from implicit_sparsity.pipeline.report import claim_captions as captions

with job_log(snakemake.log[0]):
    claims = {entry["id"]: Claim.of(entry) for entry in snakemake.params.claims}
    studies = {study for claim in claims.values() for study in claim.studies}
    tables = {study: pd.read_csv(snakemake.input[study]) for study in studies}
    found = ledger(claims, tables, MODULES)
    found.metrics.to_csv(snakemake.output.ledger, index=False)
    found.cells.to_csv(snakemake.output.cells, index=False)
    Path(snakemake.output.text).write_text(markdown(found), encoding="utf-8")
    Path(snakemake.output.summary).write_text(summary(found), encoding="utf-8")
    Path(snakemake.output.page).write_text(captions.ledger(found.metrics), encoding="utf-8")
    for name, path in zip(claims, snakemake.output.captions, strict=True):
        rows, cells = (part[part["id"] == name] for part in found)
        Path(path).write_text(captions.caption(rows, cells), encoding="utf-8")
