"""Where a share goes from 0 to 1: logistic fits, and a test of paired differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit
from scipy.stats import binomtest, norm

from implicit_sparsity.pipeline.claims.statistics import Array

#: Newton steps, at most, the largest change of a coefficient in one, and that which ends them.
STEPS, LARGEST, PRECISION = 100, 5.0, 1e-7
#: Slope below which a share counts as not depending on x.
FLAT = 1e-9


class Logistic(NamedTuple):
    """A share P(x) = 1 / (1 + exp(−(intercept + slope x))).

    Attributes
    ----------
    intercept, slope : float
        The coefficients.
    covariance : array, shape (2, 2)
        Theirs, the inverse of the information.
    """

    intercept: float
    slope: float
    covariance: Array

    @property
    def half(self) -> float:
        """Where the share is one half; infinite if it does not depend on x."""
        return -self.intercept / self.slope if abs(self.slope) > FLAT else float("inf")

    def half_interval(self, level: float) -> tuple[float, float]:
        """An interval of that place, by the delta method."""
        if not np.isfinite(self.half):
            return -np.inf, np.inf
        gradient = -np.array([1.0, self.half]) / self.slope
        spread = float(np.sqrt(gradient @ self.covariance @ gradient) * norm.isf((1 - level) / 2))
        return self.half - spread, self.half + spread

    def share(self, x: ArrayLike) -> Array:
        """The share at each x."""
        return np.asarray(expit(self.intercept + self.slope * np.asarray(x, dtype=np.float64)))


def logistic_fit(x: ArrayLike, successes: ArrayLike, trials: ArrayLike = 1.0) -> Logistic:
    """A logistic regression with Firth's correction [1]_.

    The correction keeps the coefficients finite where some x parts all successes from all failures,
    as happens where a share falls at once. It maximises log L + log det(I) / 2, whose score is
    Σ (s − nπ + h (1/2 − π)) (1, x), with the leverages h.

    Parameters
    ----------
    x : array_like, shape (m,)
        At least two different places.
    successes, trials : array_like, shape (m,)
        How many of how many there.

    Returns
    -------
    Logistic

    References
    ----------
    .. [1] D. Firth, "Bias reduction of maximum likelihood estimates", Biometrika 80, 27–38 (1993).
    """
    places, found = np.asarray(x, dtype=np.float64), np.asarray(successes, dtype=np.float64)
    n = np.asarray(trials, dtype=np.float64)
    middle, width = places.mean(), places.std()
    z = (places - middle) / width
    moments = np.stack([np.ones_like(z), z, z**2])
    coefficients = np.zeros(2)
    for _ in range(STEPS):
        share = expit(coefficients @ moments[:2])
        weight = n * share * (1 - share)
        total, first, second = moments @ weight
        inverse = np.array([[second, -first], [-first, total]]) / (total * second - first**2)
        leverage = weight * (np.array([second, -2 * first, total]) @ moments)
        leverage /= total * second - first**2
        steps = inverse @ (moments[:2] @ (found - n * share + leverage * (0.5 - share)))
        largest = max(abs(steps[0]), abs(steps[1]))
        coefficients += steps * min(1.0, LARGEST / max(largest, LARGEST))
        if largest < PRECISION:
            break
    a, b = coefficients
    back = np.array([[1.0, -middle / width], [0.0, 1 / width]])
    return Logistic(float(a - b * middle / width), float(b / width), back @ inverse @ back.T)


def ratio_of_halves(levels: ArrayLike) -> Callable[[Array], float]:
    """The ratio of the levels at which two methods succeed with half of the problems.

    Parameters
    ----------
    levels : array_like, shape (m,)
        Positive; shares are logistic in their logarithms.

    Returns
    -------
    callable
        Of successes, 0 or 1, of shape (problems, m, 2): the first method's level over the second's.
        It is infinite for a method that never succeeds, and 0 for one that always does.
    """
    x = np.log(np.asarray(levels, dtype=np.float64))

    def half(found: Array) -> float:
        if not found.any():
            return np.inf
        return logistic_fit(x, found.sum(axis=0), len(found)).half if not found.all() else -np.inf

    def ratio(found: Array) -> float:
        with np.errstate(over="ignore"):
            return float(np.exp(half(found[..., 0]) - half(found[..., 1])))

    return ratio


class Discordant(NamedTuple):
    """Problems on which only one of two methods succeeds.

    Attributes
    ----------
    first, second : int
        How many only the first, and only the second, succeeds with.
    p_value : float
        Of McNemar's exact test that both are as likely.
    """

    first: int
    second: int
    p_value: float


def discordant(first: ArrayLike, second: ArrayLike) -> Discordant:
    """Count the problems on which two methods differ.

    Parameters
    ----------
    first, second : array_like
        Whether each succeeds, by problem.
    """
    ours, theirs = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    only, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    p_value = float(binomtest(only, only + other).pvalue) if only + other else 1.0
    return Discordant(only, other, p_value)
