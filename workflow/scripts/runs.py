from implicit_sparsity.draw import load
from implicit_sparsity.joblog import job_log
from implicit_sparsity.runner import run
from implicit_sparsity.specs import RunSpec

with job_log(snakemake.log[0]):
    runs = run(RunSpec(**snakemake.params.spec), load(snakemake.input.problems))
    runs.save(snakemake.output.runs)
