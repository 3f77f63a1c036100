from implicit_sparsity.pipeline.joblog import job_log

from implicit_sparsity.pipeline.files import whole, written
from implicit_sparsity.pipeline.join import join

with job_log(snakemake.log[0]), written(snakemake.output.table) as part:
    join(map(whole, snakemake.input.tables), part)
