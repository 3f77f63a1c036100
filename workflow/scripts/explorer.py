from pathlib import Path

import pandas as pd

from implicit_sparsity.explorer import page
from implicit_sparsity.joblog import job_log

with job_log(snakemake.log[0]):
    html = page(pd.read_parquet(snakemake.input.paths), pd.read_csv(snakemake.input.table))
    Path(snakemake.output.page).write_text(html, encoding="utf-8")
