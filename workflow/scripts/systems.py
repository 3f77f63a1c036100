from implicit_sparsity.pipeline.files import write_table
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.related.table import related_table
from implicit_sparsity.pipeline.specs import SystemSpec

with job_log(snakemake.log[0]):
    write_table(snakemake.output.table, related_table(SystemSpec(**snakemake.params.spec)))
