from pathlib import Path

import pandas as pd

from implicit_sparsity.pipeline.claims.ledger import ledger, markdown
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.report import claim_captions as captions

with job_log(snakemake.log[0]):
    claims = {entry["id"]: Claim.of(entry) for entry in snakemake.params.claims}
    studies = {study for claim in claims.values() for study in claim.studies}
    tables = {study: pd.read_csv(snakemake.input[study]) for study in studies}
    found = ledger(claims, tables)
    found.to_csv(snakemake.output.ledger, index=False)
    Path(snakemake.output.text).write_text(markdown(found))
    Path(snakemake.output.page).write_text(captions.ledger(found), encoding="utf-8")
    for name, path in zip(claims, snakemake.output.captions, strict=True):
        caption = captions.caption(found[found["id"] == name])
        Path(path).write_text(caption, encoding="utf-8")
