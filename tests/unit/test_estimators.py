"""The estimators: scikit-learn's own checks, slow computations and the true weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from regression_data import sample, standardised
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LassoCV
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.utils.estimator_checks import check_estimator

from implicit_sparsity import Problem, gradient_flow
from implicit_sparsity.regression.estimators import DepthNRegressor, DepthNRegressorCV

BOTH = [DepthNRegressor, DepthNRegressorCV]


@pytest.mark.parametrize(
    "model",
    [
        DepthNRegressor(),
        DepthNRegressor(30.0),
        DepthNRegressor(stop="discrepancy"),
        DepthNRegressorCV(),
        DepthNRegressorCV(relaxed=True),
    ],
    ids=str,
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
    np.testing.assert_allclose(model.path_.w[-1], w[model.path_.columns], atol=1e-9)
    assert model.threshold_ == pytest.approx(level)
    np.testing.assert_allclose(model.coef_, coef, atol=1e-9)
    np.testing.assert_allclose(model.predict(X), y_mean + (X - x_mean) @ coef, atol=1e-8)
    assert 0 < np.count_nonzero(model.coef_) < 40


@pytest.mark.parametrize("sigma", [0.4, 1.0])
def test_the_discrepancy_rule_leaves_the_noise(sigma):
    X, y, _ = sample()
    model = DepthNRegressor(stop="discrepancy", sigma=sigma).fit(X, y)
    x_mean, x_scale, y_mean, y_scale = standardised(X, y)
    problem = Problem((X - x_mean) / x_scale, (y - y_mean) / y_scale)
    w = gradient_flow(problem, 3.0, 1e-2, model.stopping_time_, rtol=1e-3).w[-1]
    residual = (problem.X @ w - problem.y) * y_scale
    assert np.sqrt(np.square(residual).mean()) == pytest.approx(sigma, rel=2e-3)
    np.testing.assert_allclose(model.path_.w[-1], w[model.path_.columns], atol=2e-3)
    assert model.path_.time[-2] <= model.stopping_time_ == model.path_.time[-1]


def test_a_level_of_noise_out_of_reach_is_told():
    X, y, _ = sample(80, 10)
    with pytest.warns(ConvergenceWarning, match="raise sigma"):
        model = DepthNRegressor(stop="discrepancy", sigma=0.0).fit(X, y)
    design = np.c_[np.ones(len(y)), X]
    np.testing.assert_allclose(model.coef_, np.linalg.lstsq(design, y)[0][1:], atol=0.06)


def test_without_an_intercept():
    X, y, w = sample(80, 40, 2, noise=0.1)
    model = DepthNRegressorCV(fit_intercept=False).fit(X, y)
    assert model.intercept_ == 0.0
    np.testing.assert_allclose(model.coef_, w, atol=0.1)


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
    x_mean, x_scale, _, y_scale = standardised(X, y)
    w = np.zeros(X.shape[1])
    w[model.path_.columns] = model.path_.w[-1]
    small = np.abs(w) < model.threshold_
    np.testing.assert_array_equal(model.coef_ == 0, small)
    dropped = (X - x_mean) / x_scale @ np.where(small, w, 0.0) * y_scale
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
        (DepthNRegressor(stop="discrepancy", sigma=-1.0), "sigma"),
        (DepthNRegressor(stop="ebc"), "did you mean 'ebic'"),
        (DepthNRegressor(gamma=1.5), "gamma"),
        (DepthNRegressorCV(cv=[]), "cv holds no split"),
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
