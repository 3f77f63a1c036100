from pathlib import Path

import pandas as pd

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.claims.ledger import ledger
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.report.claim_captions import caption

with job_log(snakemake.log[0]):
    spec = specs.read(snakemake.input.spec)
    claim = Claim.of(spec["claim"])
    tables = {study: pd.read_csv(snakemake.input[study]) for study in claim.studies}
    found = ledger({claim.id: claim}, tables)
    found.metrics.to_csv(snakemake.output.metrics, index=False)
    found.cells.to_csv(snakemake.output.cells, index=False)
    text = caption(found, spec["legend"], spec["settings"])
    Path(snakemake.output.caption).write_text(text, encoding="utf-8")
