import pandas as pd

from implicit_sparsity.pipeline.figures import ledger, style
from implicit_sparsity.pipeline.joblog import job_log

with job_log(snakemake.log[0]):
    figure = ledger.draw(pd.read_csv(snakemake.input.ledger))
    style.save(figure, snakemake.output.pdf, snakemake.output.png)
