from implicit_sparsity.pipeline.joblog import job_log

import pandas as pd

from implicit_sparsity.pipeline.experiments.registry import FIGURE_TABLES
from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.pipeline.experiments.summary import summarise
from implicit_sparsity.pipeline.files import whole, write_table
from implicit_sparsity.problems.generate import load

with job_log(snakemake.log[0]):
    problems = load(whole(snakemake.input.problems))
    runs = [Runs.load(whole(path)) for path in snakemake.input.runs]
    baselines = [pd.read_csv(whole(path)) for path in snakemake.input.get("baselines", [])]
    table = FIGURE_TABLES[snakemake.params.figure](problems, runs, *baselines)
    write_table(snakemake.output.table, table)
    summary = summarise(snakemake.wildcards.experiment, snakemake.params.window, runs)
    write_table(snakemake.output.summary, summary)
