from importlib import import_module

import pandas as pd

from implicit_sparsity.figures import style
from implicit_sparsity.joblog import job_log

with job_log(snakemake.log[0]):
    draw = import_module(f"implicit_sparsity.figures.{snakemake.params.figure}").draw
    figure = draw(pd.read_csv(snakemake.input.table), pd.read_csv(snakemake.input.summary))
    style.save(figure, snakemake.output.pdf, snakemake.output.png)
