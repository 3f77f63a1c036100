from implicit_sparsity.pipeline.joblog import job_log

import pandas as pd

from implicit_sparsity.pipeline.files import whole, write_text
from implicit_sparsity.pipeline.report.explorer.page import page

with job_log(snakemake.log[0]):
    paths = pd.read_csv(whole(snakemake.input.paths))
    write_text(snakemake.output.page, page(paths, pd.read_csv(whole(snakemake.input.table))))
