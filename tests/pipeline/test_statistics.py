"""Intervals and tests against scipy, closed forms and simulated coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from implicit_sparsity.pipeline.claims.statistics import (
    bootstrap_interval,
    holm,
    permutation_interval,
    quantile_interval,
    share_interval,
)

LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])


# --- shares -----------------------------------------------------------------------------------


@given(st.integers(1, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), LEVELS)
def test_the_interval_of_a_share_is_scipys(counts, level):
    expected = stats.binomtest(*counts).proportion_ci(level, method="exact")
    assert share_interval(*counts)(level) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_shares_of_all():
    """24 of 24 does not show 0.9; 36 of 36 does: 0.025^(1/36) > 0.9."""
    low, high = share_interval(24, 24)(0.95)
    assert (low, high) == pytest.approx((0.025 ** (1 / 24), 1.0)) and low < 0.9
    assert share_interval(36, 36)(0.95)[0] > 0.9 > share_interval(34, 34)(0.95)[0]
    assert share_interval(0, 24)(0.95) == pytest.approx((0.0, 1 - 0.025 ** (1 / 24)))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.97])
def test_the_interval_of_a_share_covers_it(share):
    """Summed over all outcomes, exactly."""
    count = 30
    inside = [low <= share <= high for low, high in _all_shares(count)]
    chance = stats.binom.pmf(np.arange(count + 1), count, share)
    assert chance[inside].sum() >= 0.95


def _all_shares(count):
    return [share_interval(found, count)(0.95) for found in range(count + 1)]


# --- quantiles ----------------------------------------------------------------------------------


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=40), LEVELS)
def test_the_interval_of_a_median_is_that_of_the_sign_test(samples, level):
    """It holds the numbers that a sign test does not reject, by scipy's binomial test."""
    low, high = quantile_interval(samples)(level)
    ordered, tail = np.sort(samples), (1 - level) / 2
    js = [j for j in range(1, len(samples) + 1) if _at_most(j - 1, len(samples)) <= tail]
    if not js:
        assert np.isnan(low) and np.isnan(high)
    else:
        assert (low, high) == (ordered[js[-1] - 1], ordered[-js[-1]])


def _at_most(k, n):
    return stats.binomtest(k, n, 0.5, alternative="less").pvalue


@pytest.mark.parametrize(("q", "count"), [(0.5, 6), (0.5, 25), (0.9, 60), (0.9, 36), (0.25, 30)])
def test_the_interval_of_a_quantile_covers_it(q, count):
    rng = np.random.default_rng(3)
    truth = stats.expon.ppf(q)
    inside = []
    for _ in range(2000):
        low, high = quantile_interval(rng.exponential(size=count), q)(0.95)
        inside.append(low <= truth <= high)
    # Three standard errors below.
    assert np.mean(inside) > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 2000)


def test_too_few_samples_have_no_interval():
    assert np.isnan(quantile_interval([1.0, 2.0, 3.0, 4.0, 5.0])(0.95)).all()
    assert quantile_interval([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])(0.95) == (1.0, 6.0)
    # Of a high quantile one end may be there alone.
    low, high = quantile_interval(np.arange(20.0), 0.9)(0.95)
    assert np.isfinite(low) and high == np.inf


def test_infinities_and_samples_without_a_value():
    samples = [1.0] * 20 + [np.inf]
    assert quantile_interval(samples)(0.95) == (1.0, 1.0)
    # Those without may lie on either side: 7 of 21 each way reach beyond both ends.
    low, high = quantile_interval([1.0] * 14 + [np.nan] * 7)(0.95)
    assert (low, high) == (-np.inf, np.inf)


# --- the bootstrap ----------------------------------------------------------------------------


def mean(samples):
    return float(np.mean(samples))


@pytest.mark.parametrize("draw", ["normal", "exponential"])
def test_the_bootstrap_is_scipys_bca(draw):
    samples = getattr(np.random.default_rng(7), draw)(size=40)
    expected = stats.bootstrap(
        (samples,), np.mean, method="BCa", n_resamples=20000, random_state=np.random.default_rng(1)
    ).confidence_interval
    found = bootstrap_interval(mean, samples)(0.95)
    width = expected.high - expected.low
    # Of 2,000 resamples an end of the interval wavers by a few hundredths of its width.
    assert found == pytest.approx((expected.low, expected.high), abs=0.06 * width)


def test_the_bootstrap_covers_a_mean():
    rng = np.random.default_rng(11)
    inside = []
    for _ in range(150):
        low, high = bootstrap_interval(mean, rng.standard_normal(40))(0.9)
        inside.append(low <= 0 <= high)
    assert 0.82 < np.mean(inside) < 0.97


def test_problems_are_drawn_whole():
    """Two measurements that share what varies keep their difference."""
    shared = np.random.default_rng(1).standard_normal(30)
    pairs = np.stack([shared, shared + 0.25], axis=1)
    low, high = bootstrap_interval(lambda a: mean(a[:, 1] - a[:, 0]), pairs)(0.95)
    assert (low, high) == pytest.approx((0.25, 0.25))


def test_nothing_bounds_what_has_no_value_in_some_resamples():
    samples = np.array([1.0, 2.0, 3.0, np.inf])
    assert bootstrap_interval(mean, samples)(0.95) == (-np.inf, np.inf)
    assert np.isnan(bootstrap_interval(mean, samples[:1])(0.95)).all()
    low, high = bootstrap_interval(mean, np.array([1.0, 2.0]))(0.95)  # two problems are enough
    assert 1.0 <= low < high <= 2.0


@settings(max_examples=20)
@given(st.lists(st.floats(0, 1), min_size=3, max_size=12))
@example([0.0, 0.0, 2.3e-120])  # whose cubes are 0
def test_intervals_are_nested(samples):
    array = np.array(samples)
    for interval in (
        share_interval(len(samples) // 2, len(samples)),
        quantile_interval(array),
        bootstrap_interval(mean, array),
    ):
        (low, high), (lower, higher) = interval(0.9), interval(0.99)
        assert np.isnan(lower) or (lower <= low + 1e-12 and high - 1e-12 <= higher)


# --- permutations and many hypotheses -----------------------------------------------------------


def rises(samples):
    return float(np.sign(np.diff(samples, axis=1)).mean())


def test_permutations_tell_what_chance_does():
    samples = np.arange(5.0) + np.zeros((30, 1))
    low, high = permutation_interval(rises, samples)(0.95)
    # The mean of 30 independent scores of mean 0; theirs is (last up − down moves) / 4.
    rng = np.random.default_rng(5)
    spread = np.std([rises(rng.permuted(samples[:1], axis=1)) for _ in range(3000)]) / np.sqrt(30)
    assert (low, high) == pytest.approx((-1.96 * spread, 1.96 * spread), abs=0.35 * spread)
    assert rises(samples) == 1.0 > high


def test_as_much_of_chance_is_left_out_on_either_side():
    """Of a place that is as likely to hold any of 0, …, 1000."""
    low, high = permutation_interval(lambda drawn: drawn[0, 0], np.arange(1001.0)[None])(0.5)
    assert (low, high) == pytest.approx((250, 750), abs=40)


def step_down(p_values, alpha):
    """Holm's procedure as in textbooks."""
    order = np.argsort(p_values)
    rejected = [False] * len(p_values)
    for place, i in enumerate(order):
        if p_values[i] > alpha / (len(p_values) - place):
            break
        rejected[i] = True
    return rejected


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=12), st.sampled_from([0.01, 0.05, 0.2]))
def test_holm_is_the_step_down_procedure(p_values, alpha):
    # An interval at a level lies outside if the p-value is at most 1 − level.
    outside = [lambda level, p=p: p <= 1 - level for p in p_values]
    assert holm(outside, 1 - alpha) == step_down([p * (1 + 1e-12) for p in p_values], alpha)


def test_holm_keeps_the_chance_of_any_false_rejection():
    rng = np.random.default_rng(2)
    any_false = []
    for _ in range(4000):
        p_values = rng.random(6)
        any_false.append(any(holm([lambda level, p=p: p <= 1 - level for p in p_values], 0.95)))
    assert np.mean(any_false) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)
