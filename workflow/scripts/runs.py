from implicit_sparsity.pipeline.experiments.run import run
from implicit_sparsity.pipeline.files import whole, written
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.specs import RunSpec
from implicit_sparsity.problems.generate import load

with job_log(snakemake.log[0]):
    runs = run(RunSpec(**snakemake.params.spec), load(whole(snakemake.input.problems)))
    with written(snakemake.output.runs) as part:
        runs.save(part)
