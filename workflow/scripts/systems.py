from implicit_sparsity.pipeline.joblog import job_log

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.files import write_table
from implicit_sparsity.pipeline.related.programs import keep_programs
from implicit_sparsity.pipeline.related.table import related_table

with job_log(snakemake.log[0]):
    keep_programs()
    spec = specs.SystemSpec(**specs.read(snakemake.input.spec))
    write_table(snakemake.output.table, related_table(spec))
