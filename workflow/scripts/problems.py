from implicit_sparsity.draw import draw, save
from implicit_sparsity.joblog import job_log
from implicit_sparsity.specs import ProblemSpec

with job_log(snakemake.log[0]):
    save(snakemake.output.problems, draw(ProblemSpec(**snakemake.params.spec)))
