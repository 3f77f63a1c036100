from implicit_sparsity.joblog import job_log
from implicit_sparsity.specs import ProblemSpec, StudySpec
from implicit_sparsity.studies.grid import table

with job_log(snakemake.log[0]):
    spec = dict(snakemake.params.spec)
    spec["cells"] = [ProblemSpec(**cell) for cell in spec["cells"]]
    table(StudySpec(**spec)).to_csv(snakemake.output.table, index=False)
