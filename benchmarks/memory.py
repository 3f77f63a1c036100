"""Peak memory of single runs, each measured in its own process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd

RUNS = {
    "nothing but the imports": "pass",
    "descent, 1,000 iterations": "gradient_descent(problem, 4, 0.1, 1e-3, 1_000)",
    "descent, 10,000 iterations": "gradient_descent(problem, 4, 0.1, 1e-3, 10_000)",
    "8 descents together, 1,000 iterations": (
        "gradient_descents([Descent(problem, 4, 0.1, 1e-3, 1_000) for _ in range(8)])"
    ),
    "flow": "gradient_flow(problem, 4, 0.1, 10.0)",
}

_PROGRAM = """
from pathlib import Path
from implicit_sparsity import Descent, gradient_descent, gradient_descents, gradient_flow
from speed import sparse_problem
problem = sparse_problem("rademacher", {n}, {p})
{run}
# Unlike getrusage's, this peak does not begin with that of the parent process.
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


def measure(n: int = 500, p: int = 3000) -> pd.DataFrame:
    """Largest resident memory of each run (on Linux), with the design's own size beside it.

    Returns
    -------
    DataFrame
        Columns run, n, p, design_mib (X in float64), peak_mib.
    """
    rows = []
    for name, run in RUNS.items():
        command = [sys.executable, "-c", _PROGRAM.format(n=n, p=p, run=run)]
        output = subprocess.run(
            command, cwd=Path(__file__).parent, check=True, capture_output=True, text=True
        )
        peak = float(output.stdout)
        rows.append(
            {"run": name, "n": n, "p": p, "design_mib": n * p * 8 / 2**20, "peak_mib": peak}
        )
        print(f"  {name}: {peak:.0f} MiB")
    return pd.DataFrame(rows)
