import pandas as pd

from implicit_sparsity.pipeline.files import written
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.report.explorer.paths import paths
from implicit_sparsity.pipeline.specs import StudySpec

with job_log(snakemake.log[0]):
    tables = [paths(StudySpec.of(spec)) for spec in snakemake.params.specs]
    with written(snakemake.output.paths) as part:
        pd.concat(tables, ignore_index=True).to_parquet(part)
