"""Standardised data and the way back, how long a flow is followed, and what counts as zero."""

from __future__ import annotations

import numpy as np
import pytest
from regression_data import sample
from scipy.sparse import csr_array

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.regression import moments, units
from implicit_sparsity.regression.cross_validation import HeldOutPart
from implicit_sparsity.regression.horizon import ESCAPES_FOLLOWED, Horizon
from implicit_sparsity.regression.standardise import Samples, Standardised, sample_count
from implicit_sparsity.regression.support import EXACT_FIT, support_threshold


def with_copies():
    """Columns 0, 2 and 4 are one up to origin, sign and scale; column 5 is constant."""
    X, y, _ = sample(30, 3, 2)
    X = np.c_[X[:, 0], X[:, 1], 5 - 2 * X[:, 0], X[:, 2], X[:, 0], np.full(30, 0.1)]
    return Samples(X, y, None)


@pytest.mark.parametrize("weighted", [False, True])
def test_columns_and_target_have_mean_zero_and_mean_square_one(weighted):
    samples = with_copies()
    if weighted:
        samples = samples._replace(weights=np.random.default_rng(0).integers(0, 3, 30) + 0.0)
    data = Standardised.of(samples, centre=True)
    kept = np.ones(30) if samples.weights is None else samples.weights[samples.weights > 0]
    assert data.samples == pytest.approx(kept.sum() ** 2 / np.square(kept).sum())
    root = np.sqrt(kept / kept.mean())
    Z = np.c_[data.columns.take(np.arange(4)), data.target]
    np.testing.assert_allclose(Z.T @ root, 0, atol=1e-10)
    np.testing.assert_allclose(np.square(Z).mean(axis=0), [1, 1, 1, 0, 1], atol=1e-12)


def test_equal_columns_stand_there_once_and_share_their_weight():
    data = Standardised.of(with_copies(), centre=True)
    assert data.group.tolist() == [0, 1, 0, 2, 0, 3]
    np.testing.assert_allclose(data.share, np.array([1, 1, -1, 1, 1, 1]) / [3, 1, 3, 1, 3, 1])
    assert data.first.tolist() == [0, 1, 3, 5] and np.isinf(data.x.scale[5])


def test_weights_give_the_same_fit_in_both_units():
    samples = with_copies()
    data = Standardised.of(samples, centre=True)
    w, every = np.array([0.7, -0.2, 1.5, 0.0]), np.arange(4)
    X = np.random.default_rng(1).standard_normal((9, 6))
    X[:, 2], X[:, 4], X[:, 5] = 5 - 2 * X[:, 0], X[:, 0], 0.1
    user = (X - data.x.mean) @ data.coefficients(every, w)
    held = HeldOutPart(data, Samples(X, data.y_mean + user, None))
    assert held.errors(every, w[None])[0] < 1e-24
    fitted = data.y_scale * data.columns.take(every) @ w
    np.testing.assert_allclose(
        (samples.X - data.x.mean) @ data.coefficients(every, w), fitted, atol=1e-12
    )


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1 / 7, 1e9])
def test_equal_samples_of_the_same_count_have_a_mean_of_the_same_variance(unit):
    w = np.random.default_rng(0).uniform(0.1, 2, 40)
    shares = w / w.sum()
    assert sample_count(unit * w) == pytest.approx(1 / np.square(shares).sum())
    assert sample_count(np.full(9, unit)) == 9
    assert sample_count(unit * np.append(w, 0.0)) == pytest.approx(sample_count(w))


@pytest.mark.parametrize("digits", range(1, 13))
def test_the_count_is_continuous_in_the_weights(digits):
    """Rounded weights, of which the coarsest are multiples of a large unit, stand for as many."""
    w = np.random.default_rng(1).uniform(0.5, 3, 80)
    change = sample_count(w.round(digits)) - sample_count(w)
    assert abs(change) <= 80 * 10.0**-digits
    nearly_none = np.append(10.0**-digits, np.ones(79))
    assert abs(sample_count(nearly_none) - 79) <= 3 * 10.0**-digits


@pytest.mark.parametrize("centre", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_sparse_design_is_the_dense_one(centre, weighted):
    rng = np.random.default_rng(2)
    X = rng.standard_normal((40, 12)) * (rng.random((40, 12)) < 0.3)
    X[:, 3], X[:, 5], X[:, 7] = 0.0, 3.0, -2.0 * X[:, 1]
    y = rng.standard_normal(40)
    weights = rng.uniform(0, 2, 40) * (rng.random(40) < 0.8) if weighted else None
    dense, thin = (
        Standardised.of(Samples(design, y, weights), centre) for design in (X, csr_array(X))
    )
    for name in ("mean", "scale"):
        np.testing.assert_allclose(getattr(thin.x, name), getattr(dense.x, name), atol=1e-14)
    assert thin.group.tolist() == dense.group.tolist()
    every = np.arange(dense.columns.shape[1])
    np.testing.assert_allclose(thin.columns.take(every), dense.columns.take(every), atol=1e-12)
    V = rng.standard_normal((len(dense.target), 3))
    expected = dense.columns.take(every).T @ V
    for data in (dense, thin):
        np.testing.assert_allclose(data.columns.products(V), expected, atol=1e-11)


@pytest.mark.parametrize("design", [np.asarray, csr_array])
def test_many_samples_are_reduced_to_the_same_regression(monkeypatch, design):
    """The same gradients and, with what is out of reach, the same mean squares."""
    X, y, _ = sample(90, 7, 2)
    weights = np.random.default_rng(0).uniform(0, 2, 90)
    samples = Samples(design(X), y, weights)
    whole = Standardised.of(samples, centre=True)
    monkeypatch.setattr(units, "BLOCK", 100)
    monkeypatch.setattr(moments, "BLOCK", 100)
    small = Standardised.of(samples, centre=True)
    assert whole.columns.shape == (90, 7) and small.columns.shape == (7, 7)
    assert small.samples == whole.samples > 60 and small.out_of_reach > 0
    np.testing.assert_allclose(small.drives, whole.drives, atol=1e-12)
    every = np.arange(7)
    for w in np.random.default_rng(1).standard_normal((3, 7)):
        loss, reduced = (
            np.square(d.columns.take(every) @ w - d.target).mean() + d.out_of_reach
            for d in (whole, small)
        )
        assert reduced == pytest.approx(loss)
    held = [HeldOutPart(whole, samples._replace(weights=w)).errors(every, np.eye(7)) for w in
            (None, weights)]  # fmt: skip
    monkeypatch.undo()
    for weight, errors in zip((None, weights), held, strict=True):
        plain = HeldOutPart(whole, samples._replace(weights=weight)).errors(every, np.eye(7))
        np.testing.assert_allclose(errors, plain, rtol=1e-10)


def test_a_part_has_the_rows_with_their_weights():
    samples = Samples(np.eye(3), np.arange(3.0), np.array([1.0, 2.0, 0.0]))
    part = samples.part(np.array([2, 1]))
    np.testing.assert_array_equal(part.X, np.eye(3)[[2, 1]])
    assert part.y.tolist() == [2, 1] and part.weights.tolist() == [0, 2]
    assert samples._replace(weights=None).part(np.array([0])).weights is None


@pytest.mark.parametrize("goal", [0.25, 1.0])
def test_the_horizon_is_that_of_the_steepest_coordinate(goal):
    """At depth 2 and a constant gradient g, w = u² − v² = 2α² sinh(4gt)."""
    gradient = 2 * goal
    horizon = Horizon.of(gradient, Network.of(2.0, 1e-3, one_sided=False))
    assert 2e-6 * np.sinh(4 * gradient * horizon.escape) == pytest.approx(1, rel=1e-5)
    assert horizon.end == ESCAPES_FOLLOWED * horizon.escape


def test_a_problem_without_a_gradient_has_a_horizon():
    horizon = Horizon.of(0.0, Network.of(3.0, 1e-2, one_sided=False))
    assert 0 < horizon.escape < horizon.end < np.inf


def test_the_zero_threshold_is_the_smaller_of_two_bounds():
    assert support_threshold(1e-8, 1.0, 100) == pytest.approx(1e-2)
    assert support_threshold(1e-4, 0.25, 100) == pytest.approx(0.05)
    assert support_threshold(1.0, 0.0, 100) == pytest.approx(np.sqrt(EXACT_FIT / 100))
