from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.pipeline.studies.table import table
from implicit_sparsity.problems.spec import ProblemSpec

with job_log(snakemake.log[0]):
    spec = dict(snakemake.params.spec)
    spec["cells"] = [ProblemSpec(**cell) for cell in spec["cells"]]
    table(StudySpec(**spec)).to_csv(snakemake.output.table, index=False)
