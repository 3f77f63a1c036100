from implicit_sparsity.pipeline.joblog import job_log

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.files import write_table
from implicit_sparsity.pipeline.studies.baselines import baseline_table

with job_log(snakemake.log[0]):
    spec = specs.read(snakemake.input.spec)
    cells = specs.random_problems(spec["cells"])
    write_table(snakemake.output.table, baseline_table(cells, spec["methods"], spec["timed"]))
