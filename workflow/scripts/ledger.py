from implicit_sparsity.pipeline.joblog import job_log

from implicit_sparsity.pipeline.claims import ledger_table
from implicit_sparsity.pipeline.claims.ledger_text import markdown, summary
from implicit_sparsity.pipeline.files import whole, write_text, written
from implicit_sparsity.pipeline.join import join
from implicit_sparsity.pipeline.report import claim_captions

with job_log(snakemake.log[0]):
    with written(snakemake.output.ledger) as metrics, written(snakemake.output.cells) as cells:
        join(map(whole, snakemake.input.metrics), metrics)
        join(map(whole, snakemake.input.cells), cells)
        found = ledger_table.read(metrics, cells)
    texts = {"text": markdown(found), "summary": summary(found)}
    texts["page"] = claim_captions.ledger(found.metrics)
    for name, text in texts.items():
        write_text(snakemake.output[name], text)
