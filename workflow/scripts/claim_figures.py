import pandas as pd

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.claims.ledger import agree
from implicit_sparsity.pipeline.claims.selection import marked
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.files import whole
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.related.registry import MODULES

with job_log(snakemake.log[0]):
    claim = Claim.of(specs.read(snakemake.input.spec)["claim"])
    tables = {study: pd.read_csv(whole(snakemake.input[study])) for study in claim.studies}
    tables = marked(claim, tables)
    module = MODULES[claim.id]
    agree(claim, module.evidence(tables))
    figure = module.draw(tables, claim)
    style.save(figure, snakemake.output.pdf, snakemake.output.png)
