from implicit_sparsity.draw import draw, save
from implicit_sparsity.experiment import ProblemSpec
from implicit_sparsity.joblog import job_log

with job_log(snakemake.log[0]):
    save(snakemake.output.problems, draw(ProblemSpec(**snakemake.params.spec)))
