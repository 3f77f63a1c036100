"""The estimators: scikit-learn's own checks, slow computations and the true weights."""

from __future__ import annotations

import pickle
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from regression_data import sample, standardised
from scipy.sparse import csr_array, hstack
from sklearn import config_context
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LassoCV
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.utils.estimator_checks import check_estimator

from implicit_sparsity import Problem, gradient_flow
from implicit_sparsity.regression import progress, units
from implicit_sparsity.regression.estimators import DepthNRegressor, DepthNRegressorCV
from implicit_sparsity.regression.progress import Progress

BOTH = [DepthNRegressor, DepthNRegressorCV]
#: What a model does not pass whose stop depends on the number of samples.
NOT_REPETITIONS = [
    f"check_sample_weight_equivalence_on_{kind}_data" for kind in ("dense", "sparse")
]


@pytest.mark.parametrize(
    ("model", "failed"),
    [
        (DepthNRegressor(), NOT_REPETITIONS),
        (DepthNRegressor(30.0), []),
        (DepthNRegressor(stop="discrepancy"), NOT_REPETITIONS),
        (DepthNRegressorCV(), []),
        (DepthNRegressorCV(cv=2, relaxed=True), []),
    ],
    ids=str,
)
def test_scikit_learn_checks(model, failed):
    reason = "n of a criterion is continuous in the weights, so not the sum of repetitions"
    results = check_estimator(
        model, expected_failed_checks=dict.fromkeys(failed, reason), on_skip=None
    )
    found = {result["check_name"] for result in results if result["status"] == "xfail"}
    assert sorted(found) == failed


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


def test_the_discrepancy_rule_counts_what_no_weights_reach(monkeypatch):
    """Many samples are reduced to as many as there are columns, and stopped at the same time."""
    X, y, _ = sample(200, 10)
    model = DepthNRegressor(stop="discrepancy", sigma=0.9 * np.std(y))
    whole = clone(model).fit(X, y)
    monkeypatch.setattr(units, "BLOCK", 100)
    reduced = clone(model).fit(X, y)
    assert reduced.stopping_time_ == pytest.approx(whole.stopping_time_, rel=1e-6)
    np.testing.assert_allclose(reduced.coef_, whole.coef_, atol=1e-6)


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
        (DepthNRegressor(stop="aic"), "stop is 'aic'; choose from bic, discrepancy, ebic, gic"),
        (DepthNRegressor(stop=np.array(["ebic"])), r"stop is array\(\['ebic'\].*mean 'ebic'"),
        (DepthNRegressor(stop=["ebic"]), r"stop is \['ebic'\]"),
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


@pytest.mark.parametrize("Model", [*BOTH, lambda: DepthNRegressor(stop="discrepancy")])
def test_sparse_designs_are_fitted_as_dense_ones(Model):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 40)) * (rng.random((60, 40)) < 0.2)
    y = 2.0 * X[:, 3] - X[:, 7] + 0.1 * rng.standard_normal(60)
    dense, thin = Model().fit(X, y), Model().fit(csr_array(X), y)
    np.testing.assert_allclose(thin.coef_, dense.coef_, atol=1e-8)
    np.testing.assert_allclose(thin.predict(csr_array(X)), dense.predict(X), atol=1e-7)


def test_a_wide_sparse_design_is_not_made_dense():
    """A dense copy of its 100 × 200,000 numbers would take 160 MB."""
    rng = np.random.default_rng(0)
    places = rng.integers(0, 100, 20_000), rng.integers(0, 200_000, 20_000)
    X = csr_array((rng.random(20_000), places), shape=(100, 200_000))
    X = hstack([csr_array(rng.standard_normal((100, 2))), X], format="csr")
    y = X[:, [0]].toarray()[:, 0] - X[:, [1]].toarray()[:, 0]
    tracemalloc.start()
    model = DepthNRegressor().fit(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.flatnonzero(model.coef_).tolist() == [0, 1] and peak < 40e6


def test_a_tall_fit_keeps_nothing_of_the_size_of_the_data():
    X, y, _ = sample(60_000, 20, 3)
    for model in (DepthNRegressor(), DepthNRegressor(stop="discrepancy"), DepthNRegressorCV(cv=3)):
        tracemalloc.start()
        model.fit(X, y)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        # The folds of a cross-validation are copies, one at a time.
        assert peak < X.nbytes * (1.1 if isinstance(model, DepthNRegressor) else 1.9), model


@pytest.mark.parametrize("Model", BOTH)
def test_a_model_is_small_beside_its_data(Model):
    X, y, _ = sample(60, 3000)
    assert len(pickle.dumps(Model().fit(X, y))) < X.nbytes / 10


@pytest.mark.parametrize("Model", [DepthNRegressor, lambda: DepthNRegressorCV(cv=3)])
@pytest.mark.parametrize("unit", [1e-3, 1e3])
def test_the_unit_of_sample_weights_does_not_matter(Model, unit):
    X, y, _ = sample(60, 30, 3)
    weights = np.random.default_rng(0).uniform(0.5, 2, 60)
    plain = Model().fit(X, y, sample_weight=weights)
    other = Model().fit(X, y, sample_weight=unit * weights)
    np.testing.assert_allclose(other.coef_, plain.coef_, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(
        Model().fit(X, y, sample_weight=np.full(60, unit)).coef_, Model().fit(X, y).coef_, atol=1e-9
    )


@pytest.mark.parametrize(
    "settings", [{}, {"stop": "bic"}, {"stop": "discrepancy"}, {"stopping_time": 40.0}], ids=str
)
def test_a_small_change_of_sample_weights_changes_little(settings):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((80, 30))
    y = X[:, :3].sum(axis=1) + 0.5 * rng.standard_normal(80)
    weights = rng.uniform(0.5, 3, 80)
    for exact, near in (
        (weights, weights.round(3)),
        (np.append(0.0, np.ones(79)), np.append(1e-3, np.ones(79))),
    ):
        plain, other = (DepthNRegressor(**settings).fit(X, y, w) for w in (exact, near))
        np.testing.assert_allclose(other.coef_, plain.coef_, atol=0.01)
        assert other.threshold_ == pytest.approx(plain.threshold_, rel=0.01)
        assert np.count_nonzero(plain.coef_) <= 10


def test_groups_reach_the_splitter_by_metadata_routing():
    X, y, _ = sample(60, 20, 2)
    groups = np.repeat(np.arange(12), 5)
    with pytest.raises(ValueError, match="metadata routing"):
        DepthNRegressorCV(cv=GroupKFold(4)).fit(X, y, groups=groups)
    with config_context(enable_metadata_routing=True):
        model = DepthNRegressorCV(cv=GroupKFold(4)).fit(X, y, groups=groups)
    by_hand = DepthNRegressorCV(cv=list(GroupKFold(4).split(X, y, groups))).fit(X, y)
    np.testing.assert_array_equal(model.held_out_.errors, by_hand.held_out_.errors)


def test_a_generator_of_splits_serves_one_fit():
    X, y, _ = sample(40, 10, 2)
    model = DepthNRegressorCV(cv=KFold(4).split(X))
    assert model.fit(X, y).coef_.any()
    with pytest.raises(ValueError, match="a generator serves a single fit"):
        model.fit(X, y)


def test_threads_share_folds_and_change_nothing():
    X, y, _ = sample()
    one, two = DepthNRegressorCV().fit(X, y), DepthNRegressorCV(n_jobs=2).fit(X, y)
    np.testing.assert_array_equal(one.held_out_.errors, two.held_out_.errors)


@pytest.mark.parametrize("model", [DepthNRegressor(30.0), DepthNRegressorCV()])
def test_relaxed_is_least_squares_on_the_columns_found(model):
    X, y, _ = sample()
    plain = model.fit(X, y).coef_
    relaxed = clone(model).set_params(relaxed=True).fit(X, y).coef_
    on = np.flatnonzero(plain)
    assert np.flatnonzero(relaxed).tolist() == on.tolist()
    design = np.c_[np.ones(len(y)), X[:, on]]
    np.testing.assert_allclose(relaxed[on], np.linalg.lstsq(design, y)[0][1:], rtol=1e-6)


def test_the_default_can_keep_the_weights_of_the_flow():
    X, y, _ = sample()
    model = DepthNRegressor(relaxed=False).fit(X, y)
    on = np.flatnonzero(model.coef_)
    assert on.tolist() == np.flatnonzero(DepthNRegressor().fit(X, y).coef_).tolist()
    row = model.path_.w[model.path_.time == model.stopping_time_][0]
    w = row[np.searchsorted(model.path_.columns, on)]
    np.testing.assert_allclose(model.coef_[on], w * y.std() / X[:, on].std(axis=0))


def test_progress_is_told_every_few_seconds(monkeypatch, capsys):
    times = iter([100.0, 104.0, 106.0, 110.0, 111.5])
    monkeypatch.setattr(progress.clock, "perf_counter", lambda: next(times))
    told = Progress(verbose=1)
    for time in (1.0, 2.0, 3.0, 4.0):
        told.line(time, lambda: "the rest")
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["6 s: flow time 2, the rest", "12 s: flow time 4, the rest"]


def test_progress_is_printed_if_asked_for(monkeypatch, capsys):
    X, y, _ = sample()
    DepthNRegressor().fit(X, y)
    assert not capsys.readouterr().out
    monkeypatch.setattr(Progress, "EVERY", 0.0)
    DepthNRegressor(verbose=1).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 20 and "flow time" in lines[-1] and "best" in lines[-1]
