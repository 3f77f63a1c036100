"""Stopping without the truth, against slow loops, equations and the truth."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regression_data import sparse_problem

from implicit_sparsity import Problem, gradient_descent, gradient_flow
from implicit_sparsity.regression.noise import noise_level
from implicit_sparsity.regression.stopping.discrepancy import discrepancy_time
from implicit_sparsity.regression.stopping.held_out import HeldOut
from implicit_sparsity.regression.stopping.holdout import holdout
from implicit_sparsity.regression.stopping.kfold import kfold


def flow(problem):
    return gradient_flow(problem, 3, 1e-2)


def descent(problem):
    return gradient_descent(problem, 3, 0.05, 1e-2, 3000, record_at=range(0, 3001, 20))


@pytest.fixture(scope="module")
def data():
    return sparse_problem()


@pytest.fixture(scope="module")
def paths(data):
    return {"flow": flow(data[0]), "descent": descent(data[0])}


def test_weights_between_recorded_ones_lie_on_lines(paths):
    path = paths["descent"]
    np.testing.assert_array_equal(path.at(path.time), path.w)
    middle = (path.time[1:] + path.time[:-1]) / 2
    np.testing.assert_allclose(path.at(middle), (path.w[1:] + path.w[:-1]) / 2, atol=1e-12)
    np.testing.assert_array_equal(path.at(0.0), path.w[:1])


@pytest.mark.parametrize("times", [-1.0, [1e9], [[0.0]], [np.nan]])
@pytest.mark.parametrize("kind", ["flow", "descent"])
def test_weights_outside_a_path_are_refused(paths, kind, times):
    with pytest.raises(ValueError, match="times must"):
        paths[kind].at(times)


@pytest.mark.parametrize("kind", ["flow", "descent"])
def test_holdout_is_a_slow_loop(data, paths, kind):
    path, test = paths[kind], data[1]
    held = holdout(path, test)
    slow = [sum((x @ w - v) ** 2 for x, v in zip(test.X, test.y, strict=True)) for w in path.w]
    np.testing.assert_allclose(held.errors, [np.array(slow) / test.n])
    least = path.time[int(np.argmin(slow))]
    assert held.first_within(0.0) == least
    if kind == "descent":
        assert held.best_time == least


def test_holdout_refines_the_time_on_a_flow(data):
    problem, test = data
    path = gradient_flow(problem, 3, 1e-2, record_at=[10, 18, 1000])
    held = holdout(path, test)
    best = np.square(path.at(held.best_time) @ test.X.T - test.y).mean()
    dense = np.linspace(0, path.time[-1], 20_001)
    errors = np.square(path.at(dense) @ test.X.T - test.y).mean(axis=1)
    assert held.best_time not in path.time and best < 0.99 * held.error.min()
    assert best <= errors.min() * (1 + 1e-5)


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("follow", [flow, descent])
def test_kfold_is_a_slow_loop(data, follow, seed):
    problem, folds = data[0], 4
    held = kfold(follow, problem, folds, random_state=seed)
    rows = np.arange(problem.n)
    if seed is not None:
        np.random.RandomState(seed).shuffle(rows)
    slow = np.zeros(held.time.size)
    for fold in range(folds):
        test = np.sort(rows[fold * problem.n // folds : (fold + 1) * problem.n // folds])
        train = np.setdiff1d(rows, test)
        path = follow(Problem(problem.X[train], problem.y[train]))
        w = path.at(held.time) if follow is flow else path.w
        slow += np.square(problem.X[test] @ w.T - problem.y[test, None]).sum(axis=0)
    np.testing.assert_allclose(held.error, slow / problem.n, rtol=1e-9)
    assert held.first_within(0.0) == held.time[slow.argmin()]
    assert abs(np.searchsorted(held.time, held.best_time) - slow.argmin()) <= 1


def test_kfold_weights_parts_by_their_samples():
    problem = sparse_problem(n=11)[0]
    held = kfold(descent, problem, 3)
    np.testing.assert_allclose(held.weights, np.array([4, 4, 3]) / 11)
    np.testing.assert_allclose(held.error, held.weights @ held.errors)


@pytest.mark.parametrize("seed", range(3))
def test_times_found_without_the_truth_are_good(seed):
    """Next to the least squared error on the path, of which that of fitted noise is 10 times."""
    problem, test = sparse_problem(n=100, p=200, noise=0.5, seed=seed)
    path = flow(problem)
    assert path.trace.error[-1] > 10 * path.events.best_error
    for time in (holdout(path, test).best_time, kfold(flow, problem).best_time):
        assert np.square(path.at(time) - problem.w_star).sum() < 3 * path.events.best_error
    time = discrepancy_time(path, problem, 0.5)
    assert np.square(path.at(time) - problem.w_star).sum() < 0.3 * path.trace.error[-1]


def test_first_within_standard_errors():
    errors = np.array([[4.0, 2.0, 1.0, 3.0], [4.0, 4.0, 3.0, 3.0]])
    held = HeldOut(np.array([0.0, 1.0, 2.0, 4.0]), errors, np.array([0.5, 0.5]), 2.0)
    np.testing.assert_allclose(held.error, [4, 3, 2, 3])
    np.testing.assert_allclose(held.standard_error, [0, 1, 1, 0])
    assert [held.first_within(s) for s in (0.0, 0.9, 1.0, 2.0)] == [2.0, 2.0, 1.0, 0.0]


def test_one_part_has_no_spread(data, paths):
    held = holdout(paths["descent"], data[1])
    np.testing.assert_array_equal(held.standard_error, 0.0)
    assert held.first_within(5.0) == held.first_within(0.0)


@cache
def known():
    problem = sparse_problem()[0]
    return problem, flow(problem)


@settings(max_examples=25)
@given(st.floats(0.05, 2.0), st.floats(0.8, 1.5))
def test_discrepancy_time_solves_its_equation(sigma, tau):
    problem, path = known()
    time, level = discrepancy_time(path, problem, sigma, tau), (tau * sigma) ** 2
    start = np.square(problem.y).mean()
    if start <= level:
        assert time == 0.0
        return
    if time is None:
        assert path.trace.loss[-1] > level
        return
    loss = np.square(problem.X @ path.at(time)[0] - problem.y).mean()
    assert loss == pytest.approx(level, rel=1e-6)
    earlier = path.at(np.linspace(0, time, 50)[:-1]) @ problem.X.T - problem.y
    assert (np.square(earlier).mean(axis=1) > level).all()


def test_discrepancy_time_of_a_descent_is_recorded_and_near_that_of_the_flow(data):
    problem = data[0]
    path = gradient_descent(problem, 3, 0.1, 1e-3, 8000, record_at=range(0, 8001, 10))
    time = discrepancy_time(path, problem, 0.5)
    at = int(np.flatnonzero(path.time == time)[0])
    losses = np.square(path.w @ problem.X.T - problem.y).mean(axis=1)
    assert losses[at] <= 0.25 < losses[at - 1]
    limit = discrepancy_time(gradient_flow(problem, 3, 0.1), problem, 0.5)
    assert time == pytest.approx(limit, rel=0.02)


@pytest.mark.parametrize("kind", ["flow", "descent"])
def test_a_residual_never_reached_has_no_time(data, paths, kind):
    assert discrepancy_time(paths[kind], data[0], 0.0) is None


def test_discrepancy_time_estimates_the_noise_where_it_is_not_given(data, paths):
    problem, path = data[0], paths["flow"]
    assert discrepancy_time(path, problem) == discrepancy_time(path, problem, noise_level(problem))


def test_refusals(data, paths):
    problem, path = data[0], paths["flow"]
    narrow = Problem(problem.X[:, 1:], problem.y)
    for call in (lambda: holdout(path, narrow), lambda: discrepancy_time(path, narrow, 0.1)):
        with pytest.raises(ValueError, match="columns"):
            call()
    with pytest.raises(ValueError, match="sigma"):
        discrepancy_time(path, problem, -1.0)
    with pytest.raises(ValueError, match="tau"):
        discrepancy_time(path, problem, 1.0, -1.0)
    for folds in (1, problem.n + 1, 2.0):
        with pytest.raises(ValueError, match="folds"):
            kfold(flow, problem, folds)


def test_a_flow_stopped_early_is_the_beginning_of_the_whole(data, paths):
    problem, whole = data[0], paths["flow"]
    seen = []

    def large(time, w):
        seen.append((time, w.copy()))
        return bool(np.abs(w).max() > 0.5)

    path = gradient_flow(problem, 3, 1e-2, until=large)
    assert path.steps == len(seen) < whole.steps
    np.testing.assert_array_equal(path.w, whole.w[: path.w.shape[0]])
    np.testing.assert_array_equal([time for time, _ in seen], path.time[1:])
    np.testing.assert_array_equal([w for _, w in seen], path.w[1:])
    assert np.abs(path.w[-1]).max() > 0.5 >= np.abs(path.w[-2]).max()


def test_recorded_times_after_an_early_end_are_left_out(data):
    problem = data[0]
    path = gradient_flow(
        problem, 3, 1e-2, record_at=[1.0, 1e4], until=lambda _, w: bool(np.abs(w).max() > 0.5)
    )
    assert path.time[:2].tolist() == [0.0, 1.0] and path.time[-1] < 1e4 and path.time.size == 3
