from implicit_sparsity.pipeline.files import write_table
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.pipeline.studies.table import study_table

with job_log(snakemake.log[0]):
    write_table(snakemake.output.table, study_table(StudySpec.of(snakemake.params.spec)))
