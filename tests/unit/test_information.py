"""Stopping by information criteria, against loops over models and the truth."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from regression_data import sample, sparse_problem

from implicit_sparsity import Problem, gradient_descent, gradient_flow, information_criterion
from implicit_sparsity.regression.estimators import DepthNRegressor
from implicit_sparsity.regression.level_sets import LevelSets
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.stopping.information import price


def centred(X, y):
    return Problem(X - X.mean(axis=0), y - y.mean())


def slow(path, problem, cost):
    """The least criterion at every recorded time, by plain loops; and the model of the least."""
    n = problem.n
    norms, curve, models = np.linalg.norm(problem.X, axis=0), [], []
    for w in path.w:
        rms = np.sqrt(np.square(problem.X @ w - problem.y).mean())
        bound = path.alpha ** (path.depth / 4)
        large = [j for j in range(problem.p) if abs(w[j]) >= min(bound, rms / norms[j])]
        large = sorted(large, key=lambda j: -abs(w[j]) * norms[j])[: n // 2]
        found = []
        for k in range(len(large) + 1):
            X = problem.X[:, large[:k]]
            rss = np.square(problem.y - X @ np.linalg.lstsq(X, problem.y)[0]).sum()
            found.append((n * np.log(rss / n) + cost * k, sorted(large[:k])))
        best = min(found)
        curve.append(best[0])
        models.append(best[1])
    return np.array(curve), models


@pytest.mark.parametrize("criterion", ["ebic", "bic", "gic"])
@pytest.mark.parametrize("engine", ["flow", "descent"])
def test_the_criterion_is_that_of_plain_loops(criterion, engine):
    problem = sparse_problem(40, 60, 3, 0.5)[0]
    problem = Problem(problem.X * np.random.default_rng(1).uniform(0.5, 2, 60), problem.y)
    if engine == "flow":
        path = gradient_flow(problem, 3, 1e-2, 40.0)
    else:
        path = gradient_descent(problem, 3, 0.02, 1e-2, 2000, record_at=range(0, 2001, 50))
    n, p = 40, 60
    cost = {"ebic": np.log(n) + 2 * np.log(p), "bic": np.log(n)}
    cost["gic"] = np.log(np.log(n)) * np.log(p)
    curve = information_criterion(path, problem, criterion)
    values, models = slow(path, problem, cost[criterion])
    # The criterion of the function is in units of y; so are its constants.
    shift = n * np.log(np.square(problem.y).mean())
    np.testing.assert_allclose(curve.criterion + shift, values, atol=1e-6)
    assert curve.size.tolist() == [len(model) for model in models]
    best = int(values.argmin())
    assert curve.best_time == path.time[best] and curve.support.tolist() == models[best]
    on = curve.support
    np.testing.assert_allclose(curve.w[on], np.linalg.lstsq(problem.X[:, on], problem.y)[0])
    assert np.count_nonzero(curve.w) == on.size


def test_weights_below_the_bound_count_above_the_level_of_the_residual():
    """From a large start all weights are below α^{N/4}, which is for those that stay small."""
    rng = np.random.default_rng(0)
    X, w = rng.standard_normal((60, 8)), np.array([10.0, -10.0, 10.0, 1.5, 0.0, 0.0, 0.0, 0.0])
    problem = Problem(X, X @ w + 0.5 * rng.standard_normal(60))
    path = gradient_flow(problem, 2, 300.0)
    cost = np.log(60) + 2 * np.log(8)
    curve, (values, models) = information_criterion(path, problem), slow(path, problem, cost)
    assert curve.support.tolist() == [0, 1, 2, 3] and curve.size.tolist() == list(map(len, models))
    shift = 60 * np.log(np.square(problem.y).mean())
    np.testing.assert_allclose(curve.criterion + shift, values, atol=1e-6)


def test_prices():
    assert price("bic", 100, 200) == np.log(100)
    assert price("ebic", 100, 200, 0.5) == pytest.approx(np.log(100) + np.log(200))
    assert price("gic", 100, 200) == pytest.approx(np.log(np.log(100)) * np.log(200))
    with pytest.raises(ValueError, match="criterion is 'bik'; did you mean 'bic'"):
        price("bik", 10, 10)
    with pytest.raises(ValueError, match="gamma"):
        price("ebic", 10, 10, -1.0)
    with pytest.raises(ValueError, match="columns"):
        problem = sparse_problem(20, 10, 2, 0.5)[0]
        path = gradient_flow(problem, 3, 0.1, 1.0)
        information_criterion(path, Problem(problem.X[:, 1:], problem.y))


@pytest.mark.parametrize("seed", range(4))
def test_the_estimator_finds_the_best_of_all_small_models(seed):
    X, y, _ = sample(60, 8, 2, 0.5, seed=seed)
    problem, n = centred(X, y), 60
    cost = np.log(n) + 2 * np.log(8)

    def criterion(on):
        X = problem.X[:, list(on)]
        residual = problem.y - X @ np.linalg.lstsq(X, problem.y)[0]
        return n * np.log(np.square(residual).mean()) + cost * len(on)

    best = min((s for k in range(5) for s in combinations(range(8), k)), key=criterion)
    model = DepthNRegressor().fit(X, y)
    assert np.flatnonzero(model.coef_).tolist() == list(best)
    least = model.curve_.criterion.min() + n * np.log(y.var())
    assert least == pytest.approx(criterion(best))


@pytest.mark.parametrize(("rho", "noise"), [(0.0, 0.5), (0.5, 0.5), (0.9, 0.5), (0.0, 1.0)])
def test_the_default_comes_near_least_squares_on_the_true_columns(rho, noise):
    """n = 100, p = 200, five weights of 0.3 to 2: where the Lasso has six times the error."""
    ratios = []
    for seed in range(300, 309):
        X, y, w = sample(100, 200, 5, noise, rho, seed)
        on, problem = np.flatnonzero(w), centred(X, y)
        oracle = np.square(np.linalg.lstsq(problem.X[:, on], problem.y)[0] - w[on]).sum()
        ratios.append(np.square(DepthNRegressor().fit(X, y).coef_ - w).sum() / oracle)
    assert np.median(ratios) < 2.0


def test_an_early_end_changes_no_model():
    """Followed twice as far, with all columns, the path holds no better model."""
    for seed in range(5):
        X, y, _ = sample(80, 120, 5, seed=seed)
        model = DepthNRegressor().fit(X, y)
        Z = (X - X.mean(0)) / X.std(0)
        problem = Problem(Z, (y - y.mean()) / y.std())
        end = 2 * model.path_.time[-1]
        longer = information_criterion(gradient_flow(problem, 3, 1e-2, end, rtol=1e-3), problem)
        assert longer.support.tolist() == np.flatnonzero(model.coef_).tolist()


def level_sets(X, y, cost):
    return LevelSets(Standardised.of(Samples(X, y, None), centre=True), cost)


@settings(max_examples=20)
@given(st.integers(0, 999), st.floats(0.5, 20.0))
@example(103, 1.0)  # which has all columns
def test_settled_means_that_no_column_more_lowers_the_criterion(seed, cost):
    X, y, _ = sample(30, 12, 3, rho=0.6, seed=seed)
    sets, n, rng = level_sets(X, y, cost), 30, np.random.default_rng(seed)
    sets.add(1.0, np.arange(12), rng.standard_normal(12), 0.5)
    problem = centred(X, y)

    def criterion(on):
        fit = problem.X[:, on] @ np.linalg.lstsq(problem.X[:, on], problem.y)[0]
        return n * np.log(np.square(problem.y - fit).mean()) + cost * len(on)

    on = sets.best.columns.tolist()
    others = [criterion([*on, j]) for j in range(12) if j not in on]
    assert sets.settled == (min(others, default=np.inf) >= criterion(on))


def test_before_anything_is_read_off_the_empty_model_is_the_best():
    X, y, _ = sample(30, 6, 2)
    sets = level_sets(X, y, 3.0)
    assert sets.best.columns.size == sets.best.w.size == 0
    assert sets.best_time == 0.0 and not sets.full
    assert sets.time == [0.0] and sets.size == [0]
    sets.add(1.0, np.arange(3), np.full(3, 0.1), 0.5)
    assert sets.time == [0.0, 1.0] and sets.size == [0, 0] and not sets.full
    assert sets.criterion == pytest.approx([30 * np.log(sets.best.mean_square)] * 2)


def test_level_sets_are_full_where_they_leave_columns_out():
    """Of 30 samples no more than 15 columns."""
    X, y, _ = sample(30, 20, 2)
    sets = level_sets(X, y, 3.0)
    for count, full in ((15, False), (16, True), (20, True), (3, False)):
        sets.add(1.0, np.arange(count), np.linspace(2.0, 1.0, count), 0.5)
        assert sets.full is full and sets.size[-1] <= 15


def test_the_level_of_the_residual_is_the_standard_error_of_a_weight():
    """A weight of one column of mean square 1 has the standard error σ / √n."""
    X, y, _ = sample(30, 6, 2)
    sets = level_sets(X, y, 3.0)
    assert sets.standard_error(0.36) == pytest.approx(0.6 / np.sqrt(30))
    assert 0.0 < sets.standard_error(0.0) < 1e-4


def test_dependent_columns_explain_nothing_twice():
    X, y, _ = sample(30, 6, 2)
    X = np.c_[X[:, 0], X[:, 1], X[:, 0] + X[:, 1], X[:, 2:]]
    sets = level_sets(X, y, 1e-9)
    sets.add(1.0, np.arange(3), np.array([3.0, 2.0, 1.0]), 0.1)
    fit = X[:, :2] - X[:, :2].mean(0)
    rest = (y - y.mean()) - fit @ np.linalg.lstsq(fit, y - y.mean())[0]
    assert sets.best.mean_square == pytest.approx(np.square(rest).mean() / y.var())


def test_nearly_dependent_columns_are_fitted_as_by_least_squares():
    """What the first leaves of the second is 1e-5 of it: its square is lost in products."""
    rng = np.random.default_rng(0)
    first, apart, other = rng.standard_normal((3, 1000))
    X = np.c_[first, first + 1e-5 * apart, other]
    y = apart + 0.5 * rng.standard_normal(1000)
    sets = level_sets(X, y, 1.0)
    sets.add(1.0, np.arange(3), np.array([3.0, 2.0, 1.0]), 0.1)
    problem = centred(X, y)
    rest = problem.y - problem.X[:, :2] @ np.linalg.lstsq(problem.X[:, :2], problem.y)[0]
    assert sets.best.columns.tolist() == [0, 1]
    assert sets.best.mean_square == pytest.approx(np.square(rest).mean() / y.var(), rel=1e-9)
