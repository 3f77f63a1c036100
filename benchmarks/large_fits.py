"""Memory and time of fits to large data, each in a process of its own, beside LassoCV's.

Usage: python benchmarks/large_fits.py writes benchmarks/results/large_fits.csv and prints the table
(about a minute on one core, and 1.5 GB).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).parent / "results"
SHAPES = [(1_000_000, 10), (100_000, 100), (500, 100_000)]
METHODS = ["LassoCV()", "DepthNRegressor()", "DepthNRegressorCV()"]
#: LassoCV and five folds are not run on the widest data: they take minutes.
WIDE = ["DepthNRegressor()"]
#: What the widest fit may take, in seconds and in MiB beyond the data.
MOST_SECONDS, MOST_MIB = 90, 2048

_PROGRAM = """
import time
from pathlib import Path
import numpy as np
from sklearn.linear_model import LassoCV
from threadpoolctl import threadpool_limits
from implicit_sparsity import DepthNRegressor, DepthNRegressorCV

def memory(kind):
    status = Path("/proc/self/status").read_text()
    return int(status.split(kind + ":")[1].split()[0]) / 1024

rng = np.random.default_rng(0)
X = rng.standard_normal(({n}, {p}))
w = np.zeros({p})
w[rng.choice({p}, 5, replace=False)] = [2.0, -1.5, 1.0, -0.7, 0.4]
y = X @ w + 0.5 * rng.standard_normal({n})
small = np.random.default_rng(1).standard_normal((30, 8))
with threadpool_limits(1):
    {model}.fit(small, small[:, 0])  # imports and compiles
    before, begun = memory("VmRSS"), time.process_time()
    model = {model}.fit(X, y)
    spent = time.process_time() - begun
print(before, memory("VmHWM"), spent, float(np.square(model.coef_ - w).sum()))
"""


def measure() -> pd.DataFrame:
    """Largest resident memory (on Linux) beyond that of process and data, and processor time.

    Returns
    -------
    DataFrame
        Columns n, p, method, data_mib, beyond_mib, seconds, error (squared, of the coefficients),
        holds (no more memory than LassoCV; the widest fit within its limits).
    """
    rows = []
    for n, p in SHAPES:
        for method in METHODS if n > p else WIDE:
            program = _PROGRAM.format(n=n, p=p, model=method)
            command = [sys.executable, "-c", program]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            before, peak, spent, error = map(float, output.split())
            row = {"n": n, "p": p, "method": method, "data_mib": n * p * 8 / 2**20}
            rows.append(row | {"beyond_mib": peak - before, "seconds": spent, "error": error})
            print(f"  done: {n} × {p}, {method}", flush=True)
    table = pd.DataFrame(rows)
    lasso = table[table["method"] == METHODS[0]].set_index("n")["beyond_mib"]
    limit = table["n"].map(lasso).fillna(MOST_MIB)
    return table.assign(
        holds=(table["beyond_mib"] <= limit)
        & ((table["n"] > table["p"]) | (table["seconds"] <= MOST_SECONDS))
    )


def main() -> None:
    """Measure, print and write."""
    table = measure()
    print(table.to_string(index=False, float_format="{:.3g}".format))
    RESULTS.mkdir(exist_ok=True)
    table.to_csv(RESULTS / "large_fits.csv", index=False)


if __name__ == "__main__":
    main()
