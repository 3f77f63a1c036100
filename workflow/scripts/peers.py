from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.studies.baselines import table
from implicit_sparsity.problems.spec import ProblemSpec

with job_log(snakemake.log[0]):
    cells = [ProblemSpec(**cell) for cell in snakemake.params.cells]
    found = table(cells, snakemake.params.methods, snakemake.params.timed)
    found.to_csv(snakemake.output.table, index=False)
