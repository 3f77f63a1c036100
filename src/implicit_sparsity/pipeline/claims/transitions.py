"""Where a share goes from 0 to 1: logistic fits, and a test of paired differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtri

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
        spread = float(np.sqrt(gradient @ self.covariance @ gradient) * -ndtri((1 - level) / 2))
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
    middle, width = places.mean(), places.std()
    coefficients, inverse = _fits((places - middle) / width, found, trials)
    a, b = coefficients
    back = np.array([[1.0, -middle / width], [0.0, 1 / width]])
    return Logistic(float(a - b * middle / width), float(b / width), back @ inverse @ back.T)


def _fits(z: Array, found: Array, trials: ArrayLike) -> tuple[Array, Array]:
    """The same for many numbers of successes at once, of shape (..., m): intercepts and slopes, of
    shape (2, ...), and their covariances, of shape (2, 2, ...), at standardised places.

    Each is fitted as it would be alone, to the last bit, so that equal successes stay tied.
    """
    n = np.asarray(trials, dtype=np.float64)
    coefficients = np.zeros((2, *found.shape[:-1]))
    inverse = np.zeros((2, *coefficients.shape))
    moving = np.ones(found.shape[:-1], dtype=bool)
    for _ in range(STEPS):
        a, b = coefficients[..., np.newaxis]
        share = expit(a + b * z)
        weight = n * share * (1 - share)
        total, first, second = (np.sum(weight * power, axis=-1) for power in (1.0, z, z**2))
        now = np.array([[second, -first], [-first, total]]) / (total * second - first**2)
        inverse = np.where(moving, now, inverse)
        (c00, c01), (_, c11) = inverse[..., np.newaxis]
        leverage = weight * (c00 + 2 * c01 * z + c11 * z**2)
        miss = found - n * share + leverage * (0.5 - share)
        score = np.array([np.sum(miss, axis=-1), np.sum(miss * z, axis=-1)])
        steps = (inverse * score).sum(axis=1)
        largest = np.abs(steps).max(axis=0)
        shrunk = steps * np.minimum(1.0, LARGEST / np.maximum(largest, LARGEST))
        coefficients += np.where(moving, shrunk, 0.0)
        moving &= largest >= PRECISION
        if not moving.any():
            break
    return coefficients, inverse


def ratio_of_halves(levels: ArrayLike) -> Callable[[Array], Array]:
    """The ratio of the levels at which two methods succeed with half of the problems.

    Parameters
    ----------
    levels : array_like, shape (m,)
        Positive; shares are logistic in their logarithms.

    Returns
    -------
    callable
        Of successes, 0 or 1, of shape (..., problems, m, 2), of any number of samples at once: the
        first method's level over the second's, of shape (...).
        It is infinite for a method that never succeeds, and 0 for one that always does.
    """
    x = np.log(np.asarray(levels, dtype=np.float64))
    z = (x - x.mean()) / x.std()

    def halves(found: Array) -> Array:
        """Logarithms of the levels, in standard units."""
        problems = found.shape[-3]
        successes = np.moveaxis(found.sum(axis=-3), -1, -2)
        (a, b), _ = _fits(z, successes, problems)
        places = np.where(np.abs(b) > FLAT * x.std(), -a / np.where(b == 0, 1.0, b), np.inf)
        total = successes.sum(axis=-1)
        return np.select([total == 0, total == problems * z.size], [np.inf, -np.inf], places)

    def ratio(found: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            first, second = np.moveaxis(halves(found), -1, 0) * x.std()
            return np.asarray(np.exp(first - second))

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
    from scipy.stats import binomtest

    ours, theirs = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    only, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    p_value = float(binomtest(only, only + other).pvalue) if only + other else 1.0
    return Discordant(only, other, p_value)
