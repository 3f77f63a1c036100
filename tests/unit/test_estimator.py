"""The scikit-learn estimators: scikit-learn's own checks, invariances, slow twins and the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LassoCV
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.utils.estimator_checks import check_estimator

from implicit_sparsity import Problem, gradient_flow
from implicit_sparsity.regression.estimators import DepthNRegressor, DepthNRegressorCV

BOTH = [DepthNRegressor, DepthNRegressorCV]


def sample(n=60, p=80, k=4, noise=0.5, rho=0.0, seed=0):
    """An AR(1) design, a target with k weights of either sign from 0.3 to 2, and the weights."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p))
    for j in range(1, p):
        X[:, j] = rho * X[:, j - 1] + np.sqrt(1 - rho**2) * X[:, j]
    w = np.zeros(p)
    w[rng.choice(p, k, replace=False)] = rng.uniform(0.3, 2, k) * rng.choice([-1, 1], k)
    return X, X @ w + noise * rng.standard_normal(n), w


def standardised(X, y):
    """Means and root mean squares, in the plainest way."""
    return X.mean(0), np.sqrt(X.var(0)), y.mean(), np.sqrt(y.var())


@pytest.mark.parametrize(
    "model", [DepthNRegressor(), DepthNRegressor(30.0), DepthNRegressorCV()], ids=str
)
def test_scikit_learn_checks(model):
    check_estimator(model, on_skip=None)


def test_a_given_time_is_the_flow_of_standardised_data():
    X, y, _ = sample()
    model = DepthNRegressor(40.0, depth=2.5, init=1e-5).fit(X, y)
    x_mean, x_scale, y_mean, y_scale = standardised(X, y)
    problem = Problem((X - x_mean) / x_scale, (y - y_mean) / y_scale)
    w = gradient_flow(problem, 2.5, 1e-5 ** (1 / 2.5), 40.0, rtol=1e-3).w[-1]
    loss = np.square(problem.X @ w - problem.y).mean()
    level = min(1e-5**0.25, np.sqrt(loss / len(y)))
    coef = np.where(np.abs(w) < level, 0.0, w) * y_scale / x_scale
    assert model.stopping_time_ == model.path_.time[-1] == 40.0
    assert model.threshold_ == pytest.approx(level)
    np.testing.assert_allclose(model.coef_, coef, atol=1e-9)
    np.testing.assert_allclose(model.predict(X), y_mean + (X - x_mean) @ coef, atol=1e-8)
    assert 0 < np.count_nonzero(model.coef_) < 40


def test_cross_validation_is_a_slow_loop_over_folds_and_times():
    X, y, _ = sample()
    model = DepthNRegressorCV(cv=4).fit(X, y)
    held = model.held_out_
    slow = []
    for train, test in KFold(4).split(X):
        x_mean, x_scale, y_mean, y_scale = standardised(X[train], y[train])
        problem = Problem((X[train] - x_mean) / x_scale, (y[train] - y_mean) / y_scale)
        path = gradient_flow(problem, 3, 1e-2, held.time[-1], rtol=1e-6)
        coef = path.at(held.time) * y_scale / x_scale
        slow.append(np.square(y_mean + coef @ (X[test] - x_mean).T - y[test]).mean(axis=1))
    slow = np.array(slow) / y.var()
    np.testing.assert_allclose(held.errors, slow, rtol=0.03, atol=2e-3)
    np.testing.assert_allclose(held.error, np.mean(slow, axis=0), rtol=0.01, atol=1e-3)
    assert model.stopping_time_ == held.best_time == held.time[held.error.argmin()]
    refit = DepthNRegressor(model.stopping_time_).fit(X, y)
    np.testing.assert_array_equal(refit.coef_, model.coef_)


def test_cross_validation_stops_only_once_its_least_error_is_passed():
    """No later time of a search that goes on to the end of the flow does better."""
    X, y, _ = sample(100, 200, 5, seed=1)
    model = DepthNRegressorCV().fit(X, y)
    assert (
        model.held_out_.time.size < 240
        and model.held_out_.error[-1] > 2 * model.held_out_.error.min()
    )
    times = model.held_out_.time[-1] * np.logspace(0, 2, 5)
    search = GridSearchCV(
        DepthNRegressor(), {"stopping_time": times}, scoring="neg_mean_squared_error"
    ).fit(X, y)
    assert -search.best_score_ > y.var() * model.held_out_.error.min()


def test_standard_errors_stop_earlier():
    X, y, _ = sample(noise=1.0)
    least, early = DepthNRegressorCV().fit(X, y), DepthNRegressorCV(standard_errors=1.0).fit(X, y)
    assert early.stopping_time_ < least.stopping_time_
    assert early.stopping_time_ == least.held_out_.first_within(1.0)


@pytest.mark.parametrize("sigma", [0.4, 1.0])
def test_the_discrepancy_rule_leaves_the_noise(sigma):
    X, y, _ = sample()
    model = DepthNRegressor(sigma=sigma).fit(X, y)
    problem, w = model.path_, model.path_.at(model.stopping_time_)[0]
    x_mean, x_scale, _, y_scale = standardised(X, y)
    residual = (X - x_mean) / x_scale @ w * y_scale - (y - y.mean())
    assert np.sqrt(np.square(residual).mean()) == pytest.approx(sigma, rel=1e-6)
    assert problem.time[-2] <= model.stopping_time_ <= problem.time[-1]


def test_a_level_of_noise_out_of_reach_is_told():
    X, y, _ = sample(80, 10)
    with pytest.warns(ConvergenceWarning, match="raise sigma"):
        model = DepthNRegressor(sigma=0.0).fit(X, y)
    design = np.c_[np.ones(len(y)), X]
    np.testing.assert_allclose(model.coef_, np.linalg.lstsq(design, y)[0][1:], atol=0.06)


scales = st.lists(st.floats(1e-3, 1e3), min_size=12, max_size=12)


@settings(deadline=None, max_examples=12)
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


@settings(deadline=None, max_examples=10)
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
    assert copied.path_.w.shape[1] == plain.path_.w.shape[1] + 1  # the constant one
    design = np.c_[X[:, j], X, 7.0 - 2.0 * X[:, j], X[:, 0], np.ones(len(y))]
    np.testing.assert_allclose(copied.predict(design), plain.predict(X), rtol=1e-4, atol=1e-4)


def test_copies_at_a_tiny_start_where_rounding_decides_between_them():
    X, y, _ = sample(20, 5, 1, noise=0.0)
    twice = np.c_[X, X]
    w = gradient_flow(Problem(twice, y), 10, 1e-10).w[-1]
    assert np.abs(w[:5] - w[5:]).max() > 1
    model = DepthNRegressorCV(depth=10, init=1e-100).fit(twice, y)
    np.testing.assert_array_equal(model.coef_[:5], model.coef_[5:])
    assert model.score(twice, y) > 0.999


def test_columns_equal_in_a_fold_only():
    """Two columns that differ in one row are one column where that row is held out."""
    X, y, _ = sample(30, 6, 2)
    X[:, 1] = X[:, 0]
    X[4, 1] += 1.0
    model = DepthNRegressorCV(cv=30).fit(X, y)
    assert np.isfinite(model.held_out_.errors).all() and model.score(X, y) > 0.5


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


def test_without_an_intercept():
    X, y, w = sample(80, 40, 2, noise=0.1)
    model = DepthNRegressorCV(fit_intercept=False).fit(X, y)
    assert model.intercept_ == 0.0
    np.testing.assert_allclose(model.coef_, w, atol=0.1)


@pytest.mark.parametrize("Model", [DepthNRegressor, lambda: DepthNRegressor(50.0)])
def test_sample_weights_are_repetitions(Model):
    X, y, _ = sample(80, 30)
    times = np.random.default_rng(1).integers(0, 4, 80)
    weighted = Model().fit(X, y, sample_weight=times)
    repeated = Model().fit(X.repeat(times, axis=0), y.repeat(times))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-6, atol=1e-9)
    assert weighted.intercept_ == pytest.approx(repeated.intercept_)


def test_samples_of_no_weight_are_out_of_the_cross_validation():
    X, y, _ = sample(40, 30)
    folds = list(KFold(4).split(X))
    y[folds[2][1]] = 1e6
    weights = np.ones(40)
    weights[folds[2][1]] = 0.0
    model = DepthNRegressorCV(cv=folds).fit(X, y, sample_weight=weights)
    np.testing.assert_allclose(model.held_out_.weights, [1 / 3, 1 / 3, 0, 1 / 3])
    assert model.score(X[weights > 0], y[weights > 0]) > 0.8


def test_the_same_bits_again_and_a_shuffle_by_seed():
    X, y, _ = sample()
    runs = [DepthNRegressorCV(random_state=s).fit(X, y) for s in (None, None, 1, 1, 2)]
    errors = [run.held_out_.error[:120] for run in runs]
    np.testing.assert_array_equal(errors[0], errors[1])
    np.testing.assert_array_equal(errors[2], errors[3])
    np.testing.assert_array_equal(runs[2].coef_, runs[3].coef_)
    assert not np.allclose(errors[0], errors[2]) and not np.allclose(errors[2], errors[4])
    by_hand = DepthNRegressorCV(cv=KFold(5, shuffle=True, random_state=1)).fit(X, y)
    np.testing.assert_array_equal(by_hand.held_out_.errors, runs[2].held_out_.errors)


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_a_third_of_the_error_of_the_lasso_and_the_true_support(rho):
    """n = 100, p = 200, five weights of 0.3 to 2, noise 0.5."""
    ours, lasso, precision, recall = [], [], [], []
    for seed in range(10):
        X, y, w = sample(100, 200, 5, 0.5, rho, seed)
        coef = DepthNRegressorCV().fit(X, y).coef_
        ours.append(np.square(coef - w).sum())
        lasso.append(np.square(LassoCV().fit(X, y).coef_ - w).sum())
        found = np.count_nonzero(coef[w != 0])
        precision.append(found / np.count_nonzero(coef))
        recall.append(found / 5)
    assert np.median(ours) < np.median(lasso) / 3
    assert np.mean(precision) > 0.85 and np.mean(recall) > 0.94


@pytest.mark.parametrize("Model", BOTH)
def test_no_noise(Model):
    X, y, w = sample(40, 100, 3, noise=0.0)
    model = Model().fit(X, y)
    np.testing.assert_allclose(model.coef_, w, atol=2e-3)
    assert model.coef_[w != 0].all() and np.count_nonzero(model.coef_) <= 4


@pytest.mark.parametrize("Model", BOTH)
def test_pure_noise_has_hardly_a_support(Model):
    sizes = []
    for seed in range(6):
        X, y, _ = sample(50, 100, 0, noise=1.0, seed=seed)
        sizes.append(np.count_nonzero(Model().fit(X, y).coef_))
    assert np.median(sizes) <= 1


def test_weights_below_the_threshold_are_zeros():
    X, y, _ = sample()
    model = DepthNRegressorCV().fit(X, y)
    small = np.abs(model.path_.w[-1]) < model.threshold_
    np.testing.assert_array_equal(model.coef_ == 0, small)
    x_mean, x_scale, _, y_scale = standardised(X, y)
    dropped = (X - x_mean) / x_scale @ np.where(small, model.path_.w[-1], 0.0) * y_scale
    assert np.abs(dropped).max() < 0.01 * y.std()


def test_a_large_start_is_dense_and_loses_nothing_to_the_threshold():
    """The kernel regime: min α^{N/4} alone, 5.6, would leave no weight."""
    X, y, _ = sample(80, 20, 20, noise=0.5)
    model = DepthNRegressorCV(init=1e3).fit(X, y)
    assert model.score(X, y) > 0.9


@pytest.mark.parametrize("depth", [2, 2.5, 6])
def test_depths(depth):
    X, y, w = sample(100, 60, 3, noise=0.2)
    np.testing.assert_allclose(DepthNRegressorCV(depth=depth).fit(X, y).coef_, w, atol=0.15)


def test_in_a_pipeline_and_a_grid_search():
    X, y, _ = sample(60, 6, 2)
    pipeline = make_pipeline(PolynomialFeatures(2), DepthNRegressorCV())
    assert pipeline.fit(X, y).score(X, y) > 0.8
    search = GridSearchCV(pipeline, {"depthnregressorcv__depth": [2, 3]}, cv=3).fit(X, y)
    assert search.best_estimator_[-1].depth in (2, 3)


def test_a_grid_search_over_times_finds_what_cross_validation_finds():
    X, y, _ = sample()
    model = DepthNRegressorCV().fit(X, y)
    times = model.held_out_.time[::4]
    search = GridSearchCV(
        DepthNRegressor(), {"stopping_time": times}, scoring="neg_mean_squared_error", cv=5
    ).fit(X, y)
    np.testing.assert_allclose(
        -search.cv_results_["mean_test_score"] / y.var(), model.held_out_.error[::4],
        rtol=0.03, atol=2e-3,
    )  # fmt: skip
    assert search.best_params_["stopping_time"] == pytest.approx(model.stopping_time_, rel=0.3)


def test_frames_and_clones():
    X, y, _ = sample(30, 4, 1)
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = clone(DepthNRegressorCV(depth=2.5, cv=3)).fit(frame, y)
    assert model.feature_names_in_.tolist() == list("abcd")
    np.testing.assert_array_equal(model.predict(frame), model.predict(frame.copy()))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[list("abdc")])


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (DepthNRegressor(depth=1.9), "depth"),
        (DepthNRegressor(init=0.0), "init"),
        (DepthNRegressor(init=-1.0), "init"),
        (DepthNRegressor(stopping_time=0.0), "stopping_time"),
        (DepthNRegressor(stopping_time=np.inf), "stopping_time"),
        (DepthNRegressor(sigma=-1.0), "sigma"),
        (DepthNRegressorCV(standard_errors=-1.0), "standard_errors"),
        (DepthNRegressorCV(cv=1), "n_splits"),
        (DepthNRegressorCV(cv=31), "n_splits"),
    ],
)
def test_refusals(model, message):
    X, y, _ = sample(30, 4, 1)
    with pytest.raises(ValueError, match=message):
        model.fit(X, y)


@pytest.mark.parametrize("Model", BOTH)
def test_refused_data(Model):
    with pytest.raises(ValueError, match="1 sample"):
        Model().fit([[1.0, 2.0]], [1.0])
    with pytest.raises(ValueError, match=r"[Ss]ample.weight"):
        Model().fit(np.eye(6), np.arange(6), sample_weight=np.zeros(6))


def test_a_fold_without_weight_to_fit_is_refused():
    X, y, _ = sample(20, 4, 1)
    with pytest.raises(ValueError, match="split otherwise"):
        DepthNRegressorCV(cv=2).fit(X, y, sample_weight=np.arange(20) < 10)
