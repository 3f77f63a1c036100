from importlib import import_module

import pandas as pd

from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.pipeline.experiments.summary import summarise
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.problems.generate import load

with job_log(snakemake.log[0]):
    curves = import_module(
        f"implicit_sparsity.pipeline.experiments.{snakemake.params.figure}"
    ).curves
    runs = [Runs.load(path) for path in snakemake.input.runs]
    baselines = [pd.read_csv(path) for path in snakemake.input.get("baselines", [])]
    table = curves(load(snakemake.input.problems), runs, *baselines)
    table.to_csv(snakemake.output.table, index=False)
    summary = summarise(snakemake.wildcards.experiment, snakemake.params.window, runs)
    summary.to_csv(snakemake.output.summary, index=False)
