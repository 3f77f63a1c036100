from implicit_sparsity.pipeline.files import written
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.specs import problem
from implicit_sparsity.problems.generate import generate, save

with job_log(snakemake.log[0]), written(snakemake.output.problems) as part:
    save(part, generate(problem(snakemake.params.spec)))
