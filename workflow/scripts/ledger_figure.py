from implicit_sparsity.pipeline.joblog import job_log

import pandas as pd

from implicit_sparsity.pipeline.claims import ledger_figure
from implicit_sparsity.pipeline.figures import light_seaborn, style  # noqa: F401
from implicit_sparsity.pipeline.files import whole

with job_log(snakemake.log[0]):
    parts = pd.read_csv(whole(snakemake.input.ledger)).groupby("part", sort=False)
    files = zip(snakemake.output.pdf, snakemake.output.png, strict=True)
    for (_, found), (pdf, png) in zip(parts, files, strict=True):
        # Tall, and of words alone: coarser, it stays quick to open.
        style.save(ledger_figure.draw(found), pdf, png, dpi=180)
