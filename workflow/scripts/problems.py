from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.problems.generate import generate, save

with job_log(snakemake.log[0]):
    spec = specs.problem(specs.read(snakemake.input.spec))
    save(snakemake.output.problems, generate(spec))
