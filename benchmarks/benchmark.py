"""Measure everything on one core; write benchmarks/results/ and print the tables.

Usage: make benchmark, or
python benchmarks/benchmark.py --before PATH: flows also by the package of a worktree of an older
commit, for comparison.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import bars
import flow
import flow_step
import memory
import pandas as pd
import speed
from picture import draw
from threadpoolctl import threadpool_limits

RESULTS = Path(__file__).parent / "results"


def main(before: Path | None) -> None:
    """Run the benchmarks, one after the other, since they would disturb each other."""
    if not speed.HAS_TORCH:
        print("PyTorch is not installed, so its loop is left out; pip install torch to compare.")
    tables = {}
    with threadpool_limits(1):
        for name, measure in {
            "speed": speed.measure,
            "flow": flow.measure,
            "flow_step": partial(flow_step.measure, before),
            "memory": memory.measure,
            "bars": bars.measure,
        }.items():
            print(f"{name}:")
            tables[name] = measure()
    for name, table in tables.items():
        print(f"\n{name}\n{table.to_string(index=False, float_format='{:.4g}'.format)}")
    RESULTS.mkdir(exist_ok=True)
    pd.concat(tables, names=["benchmark", None]).reset_index("benchmark").to_csv(
        RESULTS / "benchmark.csv", index=False
    )
    draw(tables["speed"], tables["flow"], RESULTS / "benchmark.png")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", type=Path, help="worktree of an older commit")
    main(parser.parse_args().before)
