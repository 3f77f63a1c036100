import pandas as pd

from implicit_sparsity.pipeline.claims import ledger_figure
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.files import whole
from implicit_sparsity.pipeline.joblog import job_log

with job_log(snakemake.log[0]):
    figure = ledger_figure.draw(pd.read_csv(whole(snakemake.input.ledger)))
    # As tall as several pages: coarser, it stays quick to open.
    style.save(figure, snakemake.output.pdf, snakemake.output.png, dpi=150)
