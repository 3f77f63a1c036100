from implicit_sparsity.pipeline.joblog import job_log

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.experiments.run import run
from implicit_sparsity.pipeline.files import whole, written
from implicit_sparsity.problems.generate import load

with job_log(snakemake.log[0]):
    spec = specs.RunSpec(**specs.read(snakemake.input.spec))
    runs = run(spec, load(whole(snakemake.input.problems)))
    with written(snakemake.output.runs) as part:
        runs.save(part)
