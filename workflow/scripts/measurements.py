from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.pipeline.studies.table import table

with job_log(snakemake.log[0]):
    found = table(StudySpec.of(snakemake.params.spec))
    found.to_csv(snakemake.output.table, index=False)
