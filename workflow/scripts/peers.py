from implicit_sparsity.joblog import job_log
from implicit_sparsity.peers import table
from implicit_sparsity.specs import ProblemSpec

with job_log(snakemake.log[0]):
    cells = [ProblemSpec(**cell) for cell in snakemake.params.cells]
    found = table(cells, snakemake.params.methods, snakemake.params.timed)
    found.to_csv(snakemake.output.table, index=False)
