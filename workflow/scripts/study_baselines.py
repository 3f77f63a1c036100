from implicit_sparsity.pipeline.files import write_table
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.specs import random_problems
from implicit_sparsity.pipeline.studies.baselines import baseline_table

with job_log(snakemake.log[0]):
    cells = random_problems(snakemake.params.cells)
    found = baseline_table(cells, snakemake.params.methods, snakemake.params.timed)
    write_table(snakemake.output.table, found)
