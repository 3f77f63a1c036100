"""The greater the depth, the longer the early-stopping window; its end over its start saturates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, flows, grid, weigh, windows


def least_growth(sizes: Array) -> float:
    """Least ratio of the median size at one depth to that at the depth before; 0 of empty ones."""
    median = np.median(sizes, axis=0)
    if not median.all():
        return 0.0
    return float((median[1:] / median[:-1]).min())


def first_gain(stretches: Array) -> float:
    """Median end / start at the second depth over that at the first; 0 of empty windows."""
    return least_growth(stretches[:, :2])


def last_gain(stretches: Array) -> float:
    """The same of the last two depths."""
    return least_growth(stretches[:, -2:])


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """growth_at_alpha, growth_at_init, first_gain_of_ratio and last_gain_of_ratio."""
    rows = {name: windows(flows(table)) for name, table in tables.items()}

    def part(study: str, values: str, control: bool = False) -> Array:
        noise = rows[study]["noise"]
        kept = noise == (noise.max() if control else noise.min())
        return grid(rows[study][kept], values, "depth")

    found = {
        f"growth_at_{kind}": weigh(
            least_growth,
            part(f"window_at_{kind}", "size"),
            least_growth(part(f"window_at_{kind}", "size", control=True)),
        )
        for kind in ("alpha", "init")
    }
    stretch = part("window_at_init", "stretch")
    empty = part("window_at_init", "stretch", control=True)
    return found | {
        "first_gain_of_ratio": weigh(first_gain, stretch, first_gain(empty)),
        # Between the first two depths it has not saturated.
        "last_gain_of_ratio": weigh(last_gain, stretch, first_gain(stretch)),
    }
