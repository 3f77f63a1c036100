from implicit_sparsity.pipeline.joblog import job_log

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.files import write_table
from implicit_sparsity.pipeline.studies.table import study_table

with job_log(snakemake.log[0]):
    spec = specs.StudySpec.of(specs.read(snakemake.input.spec))
    write_table(snakemake.output.table, study_table(spec))
