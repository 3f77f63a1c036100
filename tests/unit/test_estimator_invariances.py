"""What must not change a fit: units, order, signs and copies of columns, repeated samples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regression_data import sample

from implicit_sparsity.regression.estimators import DepthNRegressor, DepthNRegressorCV

BOTH = [DepthNRegressor, DepthNRegressorCV]


scales = st.lists(st.floats(1e-3, 1e3), min_size=12, max_size=12)


@settings(max_examples=12)
@given(scales, st.floats(1e-3, 1e3), st.floats(-9, 9), st.sampled_from(BOTH))
def test_units_and_origins_do_not_matter(units, unit, origin, Model):
    X, y, _ = sample(30, 12, 2)
    plain = Model().fit(X, y)
    other = Model().fit(X * units + origin, unit * y - origin)
    assert other.stopping_time_ == pytest.approx(plain.stopping_time_, rel=1e-6)
    np.testing.assert_allclose(
        other.coef_, unit * plain.coef_ / units, rtol=1e-5, atol=1e-9 * unit / np.max(units)
    )
    np.testing.assert_allclose(
        other.predict(X * units + origin), unit * plain.predict(X) - origin, atol=1e-5 * unit + 1e-6
    )


@settings(max_examples=10)
@given(st.permutations(range(12)), st.lists(st.sampled_from([-1.0, 1.0]), min_size=12, max_size=12))
def test_order_and_signs_of_columns_do_not_matter(order, signs):
    X, y, _ = sample(30, 12, 2)
    plain = DepthNRegressorCV().fit(X, y)
    other = DepthNRegressorCV().fit(X[:, order] * signs, y)
    np.testing.assert_allclose(other.coef_, plain.coef_[order] * signs, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("Model", BOTH)
@pytest.mark.parametrize(("size", "unit"), [(1e-200, 1.0), (1e150, 1.0), (1, 1e-200), (1, 1e200)])
def test_huge_and_tiny_units(Model, size, unit):
    X, y, _ = sample(30, 12, 2)
    plain, other = Model().fit(X, y), Model().fit(X * size, y * unit)
    np.testing.assert_allclose(other.coef_ * size / unit, plain.coef_, rtol=1e-6)


@pytest.mark.parametrize("Model", BOTH)
def test_copies_of_columns_share_the_weight_and_change_nothing_else(Model):
    X, y, w = sample()
    j = int(np.flatnonzero(w)[0])
    plain = Model().fit(X, y)
    copied = Model().fit(np.c_[X[:, j], X, 7.0 - 2.0 * X[:, j], X[:, 0], np.ones(len(y))], y)
    np.testing.assert_allclose(copied.coef_[2:81], np.delete(plain.coef_, 0)[:79] * np.where(
        np.arange(1, 80) == j, 1 / 3, 1.0), rtol=1e-5, atol=1e-9)  # fmt: skip
    share = plain.coef_[j] / 3
    np.testing.assert_allclose(copied.coef_[[0, 1 + j, 81]], [share, share, -share / 2], rtol=1e-5)
    assert copied.coef_[83] == 0.0
    assert copied.path_.w.shape[1] == plain.path_.w.shape[1]
    design = np.c_[X[:, j], X, 7.0 - 2.0 * X[:, j], X[:, 0], np.ones(len(y))]
    np.testing.assert_allclose(copied.predict(design), plain.predict(X), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("depth, init", [(6, 1e-48), (10, 1e-100)])
def test_copies_share_their_weight_from_a_tiny_start(depth, init):
    X, y, _ = sample(20, 5, 1, noise=0.0)
    twice = np.c_[X, X]
    model = DepthNRegressorCV(depth=depth, init=init).fit(twice, y)
    np.testing.assert_array_equal(model.coef_[:5], model.coef_[5:])
    assert model.score(twice, y) > 0.999


@pytest.mark.parametrize("Model", BOTH)
@pytest.mark.parametrize("value", [0.0, 0.1, -1e12])
def test_a_constant_target(Model, value):
    X, _, _ = sample(20, 30)
    model = Model().fit(X, np.full(20, value))
    assert not model.coef_.any() and model.intercept_ == pytest.approx(value)


@pytest.mark.parametrize("Model", BOTH)
def test_constant_columns(Model):
    X, y, _ = sample(30, 12, 2)
    plain, model = Model().fit(X, y), Model().fit(np.c_[np.full(30, 0.1), X, np.zeros(30)], y)
    assert model.coef_[0] == model.coef_[-1] == 0.0
    np.testing.assert_allclose(model.coef_[1:-1], plain.coef_, rtol=1e-5, atol=1e-9)
    alone = Model().fit(np.ones((30, 2)), y)
    assert not alone.coef_.any() and alone.intercept_ == pytest.approx(y.mean())


@pytest.mark.parametrize("Model", BOTH)
def test_one_column(Model):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 1))
    model = Model().fit(x, 2.0 * x[:, 0] + 3.0 + 0.01 * rng.standard_normal(50))
    assert model.coef_[0] == pytest.approx(2.0, abs=0.02)
    assert model.intercept_ == pytest.approx(3.0, abs=0.02)


def test_the_flow_of_sample_weights_is_that_of_repetitions():
    """Only n is not, which says which weights count as zero."""
    X, y, _ = sample(80, 30)
    times = np.random.default_rng(1).integers(0, 4, 80)
    weighted = DepthNRegressor(50.0).fit(X, y, sample_weight=times)
    repeated = DepthNRegressor(50.0).fit(X.repeat(times, axis=0), y.repeat(times))
    np.testing.assert_allclose(weighted.path_.w, repeated.path_.w, rtol=1e-6, atol=1e-9)
    both = (weighted.coef_ != 0) & (repeated.coef_ != 0)
    assert both.sum() >= 4 and weighted.threshold_ > repeated.threshold_
    np.testing.assert_allclose(weighted.coef_[both], repeated.coef_[both], rtol=1e-6)


@pytest.mark.parametrize("Model", [DepthNRegressor, lambda: DepthNRegressor(50.0)])
def test_a_sample_of_weight_0_is_none(Model):
    X, y, _ = sample(80, 30)
    weights = np.random.default_rng(1).uniform(0.5, 2, 80) * (np.arange(80) % 4 > 0)
    weighted, left = Model().fit(X, y, weights), weights > 0
    without = Model().fit(X[left], y[left], weights[left])
    np.testing.assert_allclose(weighted.coef_, without.coef_, rtol=1e-9, atol=1e-12)
    assert weighted.threshold_ == pytest.approx(without.threshold_)
