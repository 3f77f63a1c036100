import pandas as pd

from implicit_sparsity.pipeline.experiments.registry import FIGURE_TABLES
from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.pipeline.experiments.summary import summarise
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.problems.generate import load

with job_log(snakemake.log[0]):
    problems = load(snakemake.input.problems)
    runs = [Runs.load(path) for path in snakemake.input.runs]
    baselines = [pd.read_csv(path) for path in snakemake.input.get("baselines", [])]
    table = FIGURE_TABLES[snakemake.params.figure](problems, runs, *baselines)
    table.to_csv(snakemake.output.table, index=False)
    summary = summarise(snakemake.wildcards.experiment, snakemake.params.window, runs)
    summary.to_csv(snakemake.output.summary, index=False)
