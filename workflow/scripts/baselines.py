from implicit_sparsity.baselines import compare
from implicit_sparsity.draw import load
from implicit_sparsity.joblog import job_log

with job_log(snakemake.log[0]):
    table = compare(load(snakemake.input.problems), snakemake.params.methods)
    table.to_csv(snakemake.output.baselines, index=False)
