from implicit_sparsity.pipeline.joblog import job_log

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.files import written
from implicit_sparsity.problems.generate import generate, save

with job_log(snakemake.log[0]), written(snakemake.output.problems) as part:
    save(part, generate(specs.problem(specs.read(snakemake.input.spec))))
