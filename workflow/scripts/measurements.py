from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.studies.table import study_table

with job_log(snakemake.log[0]):
    found = study_table(specs.StudySpec.of(specs.read(snakemake.input.spec)))
    found.to_csv(snakemake.output.table, index=False)
