from implicit_sparsity.pipeline.claims import ledger_table
from implicit_sparsity.pipeline.claims.ledger_text import markdown, summary
from implicit_sparsity.pipeline.files import whole, write_text, written
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.join import join
from implicit_sparsity.pipeline.report import claim_captions

with job_log(snakemake.log[0]):
    for name, parts in {"ledger": "metrics", "cells": "cells"}.items():
        with written(snakemake.output[name]) as table:
            join(map(whole, snakemake.input[parts]), table)
    found = ledger_table.read(snakemake.output.ledger, snakemake.output.cells)
    write_text(snakemake.output.text, markdown(found))
    write_text(snakemake.output.summary, summary(found))
    write_text(snakemake.output.page, claim_captions.ledger(found.metrics))
