from pathlib import Path

from implicit_sparsity.pipeline.claims import ledger_table
from implicit_sparsity.pipeline.claims.ledger_text import markdown, summary
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.join import join
from implicit_sparsity.pipeline.report import claim_captions

with job_log(snakemake.log[0]):
    join(snakemake.input.metrics, snakemake.output.ledger)
    join(snakemake.input.cells, snakemake.output.cells)
    found = ledger_table.read(snakemake.output.ledger, snakemake.output.cells)
    texts = {"text": markdown(found), "summary": summary(found)}
    texts["page"] = claim_captions.ledger(found.metrics)
    for name, text in texts.items():
        Path(snakemake.output[name]).write_text(text, encoding="utf-8")
