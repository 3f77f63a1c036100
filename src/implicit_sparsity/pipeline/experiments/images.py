"""Recovered images, pixel by pixel."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from implicit_sparsity.metrics import peak_signal_to_noise_ratio, relative_error
from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems.mnist import DIGITS


def curves(problems: list[Problem], runs: list[Runs]) -> pd.DataFrame:
    """Original images and the last iterate of every trajectory.

    Parameters
    ----------
    problems : list of Problem
        One for each replicate.
    runs : list of Runs
        One for each depth.

    Returns
    -------
    DataFrame
        Columns image (the replicate), digit, depth, alpha, init (empty for an original), psnr (dB),
        relative_error, row, column, value.
    """
    frames = []
    for image, problem in enumerate(problems):
        label = {"image": image, "digit": DIGITS[image]}
        frames.append(_pixels(label, problem.truth))
        for run in runs:
            for alpha, init, w in zip(run.alpha, run.init, run.w[:, image, -1], strict=True):
                keys = label | {"depth": run.depth, "alpha": alpha, "init": init}
                keys["psnr"] = peak_signal_to_noise_ratio(w, problem.truth)
                keys["relative_error"] = relative_error(w, problem.truth)
                frames.append(_pixels(keys, w))
    # A nullable integer, so that the originals' empty cells do not turn depth 2 into 2.0.
    return pd.concat(frames, ignore_index=True).astype({"depth": "Int64"})


def _pixels(keys: Mapping[str, float], w: Vector) -> pd.DataFrame:
    """A square image, one row a pixel."""
    side = math.isqrt(w.size)
    row, column = np.divmod(np.arange(w.size), side)
    return pd.DataFrame({**keys, "row": row, "column": column, "value": w})
