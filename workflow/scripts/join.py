from implicit_sparsity.joblog import job_log
from implicit_sparsity.tables.join import join

with job_log(snakemake.log[0]):
    join(snakemake.input.tables, snakemake.output.table)
