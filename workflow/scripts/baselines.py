from implicit_sparsity.pipeline.joblog import job_log

from implicit_sparsity.pipeline.experiments.baselines import compare
from implicit_sparsity.pipeline.files import whole, write_table
from implicit_sparsity.problems.generate import load

with job_log(snakemake.log[0]):
    table = compare(load(whole(snakemake.input.problems)), snakemake.params.methods)
    write_table(snakemake.output.baselines, table)
