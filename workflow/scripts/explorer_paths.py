from implicit_sparsity.pipeline.joblog import job_log

import pandas as pd

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.files import written
from implicit_sparsity.pipeline.report.explorer.paths import paths

with job_log(snakemake.log[0]), written(snakemake.output.paths) as part:
    studied = map(specs.StudySpec.of, specs.read(snakemake.input.spec))
    pd.concat(map(paths, studied), ignore_index=True).to_parquet(part)
