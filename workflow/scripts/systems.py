from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.related.table import related_table
from implicit_sparsity.pipeline.specs import SystemSpec

with job_log(snakemake.log[0]):
    found = related_table(SystemSpec(**snakemake.params.spec))
    found.to_csv(snakemake.output.table, index=False)
