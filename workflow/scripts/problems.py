from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.problems.generate import generate, save
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec

with job_log(snakemake.log[0]):
    spec = snakemake.params.spec
    problems = generate(FileSpec(**spec) if "file" in spec else ProblemSpec(**spec))
    save(snakemake.output.problems, problems)
