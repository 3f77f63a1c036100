"""What a claim is judged on: a number, its interval over replicates, and a negative control."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Resamples of a bootstrap, and the share of them that an interval holds.
RESAMPLES, LEVEL = 1000, 0.95


@dataclass(frozen=True)
class Evidence:
    """What was found of a metric.

    Attributes
    ----------
    value : float
        The metric.
    low, high : float
        The ends of its bootstrap interval; NaN where there is a single replicate.
    control : float
        The metric on data where the claim must fail.
    """

    value: float
    low: float
    high: float
    control: float


def with_interval(statistic: Callable[[Array], float], samples: Array, control: float) -> Evidence:
    """A statistic with its bootstrap interval, beside its value on the control.

    The interval is that of the percentile bootstrap. Replicates are drawn with replacement, all
    that was measured on one together, so that measurements on the same problem stay paired.

    Parameters
    ----------
    statistic : callable
        Takes samples and gives a number.
    samples : array, shape (replicates, ...)
        What was measured.
    control : float
        The value on the negative control.

    Returns
    -------
    Evidence
    """
    value = statistic(samples)
    low = high = np.nan
    if (count := len(samples)) > 1:
        draws = np.random.default_rng(0).integers(count, size=(RESAMPLES, count))
        spread = [statistic(samples[draw]) for draw in draws]
        # Infinities may be among them, between which there is no interpolating.
        low, high = np.quantile(spread, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="inverted_cdf")
        if np.isnan(spread).any():  # some resamples have no value, so nothing bounds it
            low, high = -np.inf, np.inf
    return Evidence(value, float(low), float(high), control)
