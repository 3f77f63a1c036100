from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.join import join

with job_log(snakemake.log[0]):
    join(snakemake.input.tables, snakemake.output.table)
