"""Statistics that several claims share, of samples whose first axis is the replicates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from implicit_sparsity.pipeline.claims.evidence import Array


def largest_median(samples: Array) -> float:
    """Median over replicates, where it is largest."""
    return float(np.median(samples, axis=0).max())


def least_median(samples: Array) -> float:
    """Median over replicates, where it is least."""
    return float(np.median(samples, axis=0).min())


def least_share_positive(samples: Array) -> float:
    """Share of replicates with a positive value, where it is least."""
    return float((samples > 0).mean(axis=0).min())


def farthest_slope(x: Array, y: Array, exponent: float) -> float:
    """The slope over x that is farthest from the exponent, of all depths.

    Slopes are fitted to the medians by least squares in logarithms.

    Parameters
    ----------
    x : array, shape (x,)
        Positive.
    y : array, shape (replicates, x, depths)
        Positive.
    exponent : float
        The slope that is expected.

    Returns
    -------
    float
    """
    slopes = np.polyfit(np.log(x), np.log(np.median(y, axis=0)), 1)[0]
    return float(slopes[np.abs(slopes - exponent).argmax()])


def departure(x: Array, exponent: float) -> Callable[[Array], float]:
    """As a statistic of y: how far that slope is from the exponent."""
    return lambda y: abs(farthest_slope(x, y, exponent) - exponent)
