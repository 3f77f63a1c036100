"""The cross-validated stopping time against slow loops over folds and times."""

from __future__ import annotations

import numpy as np
import pytest
from regression_data import sample, standardised
from sklearn.model_selection import GridSearchCV, KFold

from implicit_sparsity import Problem, gradient_flow
from implicit_sparsity.regression.estimators import DepthNRegressor, DepthNRegressorCV


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


def test_columns_equal_in_a_fold_only():
    """Two columns that differ in one row are one column where that row is held out."""
    X, y, _ = sample(30, 6, 2)
    X[:, 1] = X[:, 0]
    X[4, 1] += 1.0
    model = DepthNRegressorCV(cv=30).fit(X, y)
    assert np.isfinite(model.held_out_.errors).all() and model.score(X, y) > 0.5


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


def test_a_fold_without_weight_to_fit_is_refused():
    X, y, _ = sample(20, 4, 1)
    with pytest.raises(ValueError, match="choose folds that each leave"):
        DepthNRegressorCV(cv=2).fit(X, y, sample_weight=np.arange(20) < 10)
