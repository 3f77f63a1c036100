from implicit_sparsity.draw import load
from implicit_sparsity.experiment import RunSpec
from implicit_sparsity.joblog import job_log
from implicit_sparsity.runner import run

with job_log(snakemake.log[0]):
    runs = run(RunSpec(**snakemake.params.spec), load(snakemake.input.problems))
    runs.save(snakemake.output.runs)
