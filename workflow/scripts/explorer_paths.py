from implicit_sparsity.pipeline.joblog import job_log

import pandas as pd

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.files import write_table
from implicit_sparsity.pipeline.report.explorer.paths import paths

with job_log(snakemake.log[0]):
    studied = map(specs.StudySpec.of, specs.read(snakemake.input.spec))
    write_table(snakemake.output.paths, pd.concat(map(paths, studied), ignore_index=True))
