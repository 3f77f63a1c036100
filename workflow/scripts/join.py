import pandas as pd

from implicit_sparsity.joblog import job_log

with job_log(snakemake.log[0]):
    # Nullable integers, so that an empty edge does not turn iteration 194 into 194.0.
    parts = [pd.read_csv(path, dtype_backend="numpy_nullable") for path in snakemake.input.tables]
    pd.concat(parts, ignore_index=True).to_csv(snakemake.output.table, index=False)
