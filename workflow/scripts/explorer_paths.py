import pandas as pd

from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.report.explorer.paths import paths
from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.problems.spec import ProblemSpec

with job_log(snakemake.log[0]):
    tables = []
    for entry in snakemake.params.specs:
        cells = [ProblemSpec(**cell) for cell in entry["cells"]]
        tables.append(paths(StudySpec(**{**entry, "cells": cells})))
    pd.concat(tables, ignore_index=True).to_parquet(snakemake.output.paths)
