"""Small tables and summaries of experiments, made up for their figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
from claims.case import NAN


def summary(cells, iterations=1000, windows=None):
    """Summary rows of (depth, α) cells, as read from a file."""
    depth, alpha = np.array(cells, dtype=float).T
    start, end = np.array(windows or [(NAN, NAN)] * len(cells), dtype=float).T
    return pd.DataFrame(
        {
            "depth": depth.astype(int),
            "alpha": alpha,
            "init": [float(f"{a**d:.12g}") for d, a in zip(depth, alpha, strict=True)],
            "iterations": iterations,
            "window_start": start,
            "window_end": end,
        }
    )


def shared_init(depths, init=1e-6):
    return [(depth, init ** (1 / depth)) for depth in depths]


def table(kind, cells, iterations=1000):
    """A small table of one kind, its curves told apart by the cell."""
    frames = []
    t = np.linspace(0, iterations, 11)
    baseline = {
        "lower_quartile_log2_error": 2.5,
        "upper_quartile_log2_error": 3.5,
        "median_log2_error": 3.0,
    }
    for cell, (depth, alpha) in enumerate(cells):
        keys = {"depth": depth, "alpha": alpha, "iteration": t}
        if kind == "coordinates":
            for curve, truth in (("w_1", 1.0), ("w_2", 1.0), ("w_7", -2.0)):
                value = truth * (1 - np.exp(-t / 100)) + 0.01 * cell
                frames.append(pd.DataFrame(keys | {"curve": curve, "truth": truth, "value": value}))
            off = {"curve": "off_support", "truth": 0.0, "value": t / t[-1] / 4}
            frames.append(pd.DataFrame(keys | off))
        else:
            median = 2 + cell - np.sin(t / t[-1])
            bands = {
                "lower_quartile_log2_error": median - 0.5,
                "upper_quartile_log2_error": median + 0.5,
            }
            frames.append(
                pd.DataFrame(keys | {"method": "descent", "median_log2_error": median} | bands)
            )
    if kind == "error":
        for method in ("ridge_cv", "least_squares"):
            frames.append(pd.DataFrame({"method": [method]} | baseline))
    found = pd.concat(frames, ignore_index=True)
    return found.assign(measure="weights") if kind == "error" else found


def pixels(cells, count=3):
    rng = np.random.default_rng(0)
    row, column = np.divmod(np.arange(16), 4)
    frames = []
    for image in range(count):
        for cell, (depth, alpha) in enumerate([(NAN, NAN), *cells]):
            keys = {"image": image, "digit": 0, "depth": depth, "alpha": alpha}
            scores = {"psnr": 10.0 * image + cell, "relative_error": 0.1 * image + 0.01 * cell}
            keys |= scores if cell else {"psnr": NAN, "relative_error": NAN}
            value = rng.random(16)
            frames.append(pd.DataFrame(keys | {"row": row, "column": column, "value": value}))
    return pd.concat(frames, ignore_index=True)
