"""Intervals and tests that verdicts rest on.

An interval is a function of the level, so that a correction for many cells can ask for a higher
one. Ends are NaN where there are too few replicates for the level.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]
#: The ends of an interval, by its level.
Interval = Callable[[float], tuple[float, float]]

#: The level of an interval that stands alone.
LEVEL = 0.95
#: Resamples of a bootstrap, and draws of a permutation.
RESAMPLES = 2000


def share_interval(successes: int, count: int) -> Interval:
    """Interval of a share, after Clopper and Pearson.

    Parameters
    ----------
    successes, count : int
        How many of how many.

    References
    ----------
    .. [1] C. Clopper & E. Pearson, Biometrika 26 (1934).
    """

    def ends(level: float) -> tuple[float, float]:
        tail, failures = (1 - level) / 2, count - successes
        low = special.betaincinv(successes, failures + 1, tail) if successes else 0.0
        high = special.betainccinv(successes + 1, failures, tail) if failures else 1.0
        return float(low), float(high)

    return ends


def quantile_interval(samples: ArrayLike, q: float = 0.5) -> Interval:
    """Interval of a quantile from two order statistics, whatever the distribution.

    How many samples lie below the quantile is binomial, so the i-th least of all is above it, or
    the j-th greatest below it, with a known chance. A sample without a value (NaN) may lie on
    either side. Where too few samples are there for an end, nothing bounds the quantile on that
    side.

    Parameters
    ----------
    samples : array_like, shape (count,)
        Infinities may be among them.
    q : float, optional
        The share of the distribution below the quantile; the median without.
    """
    found = np.asarray(samples, dtype=np.float64)
    least = np.sort(np.where(np.isnan(found), -np.inf, found))
    most = np.sort(np.where(np.isnan(found), np.inf, found))
    below = special.bdtr(np.arange(found.size), found.size, q)
    above = special.bdtr(np.arange(found.size), found.size, 1 - q)

    def ends(level: float) -> tuple[float, float]:
        i, j = (int(np.searchsorted(c, (1 - level) / 2, side="right")) for c in (below, above))
        if not i and not j:
            return np.nan, np.nan
        return float(least[i - 1]) if i else -np.inf, float(most[-j]) if j else np.inf

    return ends


def bootstrap_interval(
    statistic: Callable[[Array], ArrayLike], samples: Array, stacked: bool = False
) -> Interval:
    """Interval of a statistic over problems: the bias-corrected and accelerated bootstrap (BCa).

    Problems are drawn with replacement, each with all that was measured on it. Where the resamples
    or the samples less one have no finite value, nothing bounds the statistic.

    Parameters
    ----------
    statistic : callable
        Takes samples and gives a number.
    samples : array, shape (count, ...)
        What was measured, by problem.
    stacked : bool, optional
        Whether the statistic takes a stack of samples and gives a number for each, which is faster.

    References
    ----------
    .. [1] B. Efron, J. Amer. Statist. Assoc. 82 (1987).
    """
    count = len(samples)
    if count < 2:
        return lambda level: (np.nan, np.nan)

    def each(chosen: NDArray[np.intp]) -> Array:
        """The statistic of each row of problems."""
        return np.array(
            statistic(samples[chosen]) if stacked else [statistic(samples[row]) for row in chosen],
            dtype=np.float64,
        )

    every = np.arange(count)
    value = each(every[np.newaxis])[0]
    spread = np.sort(each(np.random.default_rng(0).integers(count, size=(RESAMPLES, count))))
    without = each(np.array([np.delete(every, i) for i in every]))
    if not (np.isfinite(spread).all() and np.isfinite(without).all()):
        return lambda level: (-np.inf, np.inf)
    below = (np.mean(spread < value) + np.mean(spread <= value)) / 2
    bias = float(special.ndtri(np.clip(below, 1 / RESAMPLES, 1 - 1 / RESAMPLES)))
    gap = without.mean() - without
    # By a power of two, so that no digit changes, and powers of tiny numbers are not 0.
    gap = np.ldexp(gap, -np.frexp(np.abs(gap).max())[1])
    squares = float(gap @ gap)
    skew = float((gap**3).sum()) / (6 * squares**1.5) if squares else 0.0

    def ends(level: float) -> tuple[float, float]:
        z = bias + special.ndtri([(1 - level) / 2, (1 + level) / 2])
        low, high = np.quantile(spread, special.ndtr(bias + z / (1 - skew * z)))
        return float(low), float(high)

    return ends


def permutation_interval(statistic: Callable[[Array], float], samples: Array) -> Interval:
    """The range of a statistic by chance: when each problem's measurements trade their places.

    Parameters
    ----------
    statistic : callable
        Takes samples and gives a number.
    samples : array, shape (count, places)
        What was measured, by problem and, say, depth. If depth made no difference, every order of
        a problem's measurements would be as likely.
    """
    rng = np.random.default_rng(0)
    spread = [statistic(rng.permuted(samples, axis=1)) for _ in range(RESAMPLES)]

    def ends(level: float) -> tuple[float, float]:
        low, high = np.quantile(spread, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    return ends


def holm(outside: Sequence[Callable[[float], bool]], level: float = LEVEL) -> list[bool]:
    """Which of several hypotheses are rejected, with Holm's correction.

    Parameters
    ----------
    outside : sequence of callable
        For each hypothesis, whether its interval at a level lies outside, which rejects it.
    level : float, optional
        1 less the chance that any true hypothesis is rejected.

    References
    ----------
    .. [1] S. Holm, Scand. J. Statist. 6 (1979).
    """
    rejected = [False] * len(outside)
    while not all(rejected):
        left = rejected.count(False)
        now = [
            done or out(1 - (1 - level) / left) for done, out in zip(rejected, outside, strict=True)
        ]
        if now == rejected:
            break
        rejected = now
    return rejected
