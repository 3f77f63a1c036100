from importlib import import_module

from implicit_sparsity.pipeline.joblog import job_log

import pandas as pd

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.claims.ledger import ledger
from implicit_sparsity.pipeline.claims.selection import marked
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import light_seaborn, style  # noqa: F401
from implicit_sparsity.pipeline.files import whole, write_table, write_text
from implicit_sparsity.pipeline.report.claim_captions import caption

with job_log(snakemake.log[0]):
    spec = specs.read(snakemake.input.spec)
    claim = Claim.of(spec["claim"])
    tables = {study: pd.read_csv(whole(snakemake.input[study])) for study in claim.studies}
    module = import_module(f"implicit_sparsity.pipeline.{claim.module}")  # and no other claim's
    found = ledger({claim.id: claim}, tables, {claim.id: module})
    write_table(snakemake.output.metrics, found.metrics)
    write_table(snakemake.output.cells, found.cells)
    write_text(snakemake.output.caption, caption(found, spec["legend"], spec["settings"]))
    figure = module.draw(marked(claim, tables), claim)
    style.save(figure, snakemake.output.pdf, snakemake.output.png)
