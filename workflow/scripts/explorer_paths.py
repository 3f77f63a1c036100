import pandas as pd

from implicit_sparsity.explorer import paths
from implicit_sparsity.joblog import job_log
from implicit_sparsity.specs import ProblemSpec, StudySpec

with job_log(snakemake.log[0]):
    tables = []
    for entry in snakemake.params.specs:
        cells = [ProblemSpec(**cell) for cell in entry["cells"]]
        tables.append(paths(StudySpec(**{**entry, "cells": cells})))
    pd.concat(tables, ignore_index=True).to_parquet(snakemake.output.paths)
