from pathlib import Path

import pandas as pd

from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.report.explorer.page import page

with job_log(snakemake.log[0]):
    html = page(pd.read_parquet(snakemake.input.paths), pd.read_csv(snakemake.input.table))
    Path(snakemake.output.page).write_text(html, encoding="utf-8")
