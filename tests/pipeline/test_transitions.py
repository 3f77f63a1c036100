"""Logistic fits against a plain maximisation, and McNemar's test against its counting."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from implicit_sparsity.pipeline.claims.statistics import bootstrap_interval
from implicit_sparsity.pipeline.claims.transitions import (
    discordant,
    logistic_fit,
    ratio_of_halves,
)

X = np.array([0.5, 1.0, 1.5, 2.5, 4.0])


def penalised(c, x, successes, trials):
    """− log L − log det(I) / 2."""
    columns = np.stack([np.ones_like(x), x])
    share = expit(c @ columns)
    information = (columns * (trials * share * (1 - share))) @ columns.T
    likelihood = successes @ np.log(share) + (trials - successes) @ np.log1p(-share)
    return -likelihood - 0.5 * np.linalg.slogdet(information)[1]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 12), min_size=5, max_size=5))
def test_a_fit_maximises_the_penalised_likelihood(successes):
    found = np.array(successes, dtype=float)
    fit = logistic_fit(X, found, 12)
    ours = penalised(np.array([fit.intercept, fit.slope]), X, found, 12.0)
    for start in ([0.0, 0.0], [1.0, -1.0], [-1.0, 1.0]):
        other = minimize(penalised, start, (X, found, 12.0), method="Nelder-Mead")
        assert ours <= other.fun + 1e-6


def test_rows_of_single_problems_give_the_fit_of_their_counts():
    successes = np.array([1, 2, 7, 9, 12])
    rows = np.repeat(X, 12)
    found = np.concatenate([np.arange(12) < s for s in successes])
    one, many = logistic_fit(rows, found), logistic_fit(X, successes, 12)
    np.testing.assert_allclose([one.intercept, one.slope], [many.intercept, many.slope], atol=1e-7)
    np.testing.assert_allclose(one.covariance, many.covariance, rtol=1e-6)


def test_a_share_that_falls_at_once_has_a_finite_fit():
    fit = logistic_fit(X, [12, 12, 12, 0, 0], 12)
    assert 1.5 < fit.half < 2.5 and -1e3 < fit.slope < 0
    assert fit.share([1.0, 3.5]) == pytest.approx([1, 0], abs=0.05)
    low, high = fit.half_interval(0.95)
    assert low < fit.half < high


def test_a_share_that_does_not_depend_on_x_has_no_half():
    fit = logistic_fit([1.0, 2.0, 3.0], [6, 6, 6], 12)
    assert fit.half == np.inf and fit.half_interval(0.95) == (-np.inf, np.inf)


def test_the_interval_of_the_half_covers_it():
    """Of 300 samples, about 95 in 100."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(300):
        fit = logistic_fit(X, rng.binomial(40, expit(4 - 2 * X)), 40)
        low, high = fit.half_interval(0.95)
        held += low < 2.0 < high
    assert 0.92 < held / 300 <= 0.99


def test_the_ratio_of_halves_is_that_of_two_fits():
    rng = np.random.default_rng(2)
    n = np.array([10, 14, 20, 28])
    chances = np.stack([expit(6 * np.log(n / 17)), expit(6 * np.log(n / 20))], axis=-1)
    found = (rng.random((500, 4, 2)) < chances).astype(float)
    assert ratio_of_halves(n)(found) == pytest.approx(17 / 20, rel=0.03)
    swapped = ratio_of_halves(n)(found[..., ::-1])
    assert swapped == pytest.approx(1 / ratio_of_halves(n)(found))
    never, always = found * [0, 1], found * [0, 1] + [1, 0]
    assert ratio_of_halves(n)(never) == np.inf and ratio_of_halves(n)(always) == 0


def test_many_samples_at_once_are_each_as_alone_to_the_last_bit():
    rng = np.random.default_rng(3)
    n = np.array([10, 14, 20, 28])
    stack = (rng.random((50, 8, 4, 2)) < expit(6 * np.log(n / 17))[:, np.newaxis]).astype(float)
    stack[0], stack[1, ..., 0], stack[2, ..., 1] = 0, 1, 0
    with np.errstate(invalid="ignore"):
        many = ratio_of_halves(n)(stack)
        np.testing.assert_array_equal(many, [ratio_of_halves(n)(one) for one in stack])
    interval = bootstrap_interval(ratio_of_halves(n), stack[3])(0.9)
    assert bootstrap_interval(ratio_of_halves(n), stack[3], stacked=True)(0.9) == interval


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 5))
def test_discordant_pairs_are_tossed_coins(first, second, both):
    ours = [True] * first + [False] * second + [True] * both
    theirs = [False] * first + [True] * second + [True] * both
    if not ours:
        return
    found = discordant(ours, theirs)
    assert (found.first, found.second) == (first, second)
    total = first + second
    chances = [comb(total, i) / 2**total for i in range(total + 1)]
    expected = sum(c for c in chances if c <= chances[first] * (1 + 1e-9)) if total else 1.0
    assert found.p_value == pytest.approx(min(expected, 1.0), rel=1e-6)
