"""The path of a vanishing start against flows of small starts, basis pursuit and the Lasso."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import linprog
from sklearn.linear_model import Lasso

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.problem import Problem
from implicit_sparsity.theory.incremental import incremental_path, rescaled_time


def gaussian_problem(n=8, p=15, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p))
    truth = np.zeros(p)
    truth[:3] = 1.0, -0.7, 0.5
    return Problem(X, X @ truth, truth)


def gap(problem, depth, alpha):
    """Median distance to the flow, over the middles between jumps."""
    path = incremental_path(problem)
    middles = (path.time[1:-1] + path.time[2:]) / 2
    scale = float(rescaled_time(1.0, depth, alpha))
    flow = gradient_flow(problem, depth, alpha, 1.01 * path.time[-1] / scale)
    return np.abs(flow.at(middles / scale) - path.at(middles)).max(axis=1)


@pytest.mark.parametrize(("depth", "starts"), [(3, (1e-2, 1e-4)), (4, (1e-2, 1e-3))])
def test_flows_of_small_starts_rest_at_its_points(depth, starts):
    for seed in range(3):
        wide, small = (gap(gaussian_problem(seed=seed), depth, alpha) for alpha in starts)
        assert np.median(small) <= np.median(wide) and np.mean(small < 1e-2) >= 0.75


def test_depth_two_comes_near_in_the_logarithm_of_the_start():
    gaps = [np.median(gap(gaussian_problem(), 2, alpha)) for alpha in (1e-2, 1e-6, 1e-40)]
    assert gaps[2] < gaps[1] < gaps[0] and gaps[2] < 0.02


def test_a_large_start_is_far_from_it():
    """The control: a start of 0.3 does not jump."""
    assert np.median(gap(gaussian_problem(), 3, 0.3)) > 0.05


def test_every_point_is_the_constrained_minimum_and_the_last_is_basis_pursuit():
    problem = gaussian_problem(20, 40, seed=3)
    path = incremental_path(problem)
    X, y = problem.X, problem.y
    assert path.time[0] == 0 and (np.diff(path.time) >= 0).all() and (path.w[0] == 0).all()
    for w in path.w:
        gradient = X.T @ (X @ w - y)
        np.testing.assert_allclose(gradient[w != 0], 0.0, atol=1e-9)
    losses = np.square(path.w @ X.T - y).sum(axis=1)
    assert (np.diff(losses) <= 1e-12).all()
    pursuit = linprog(np.ones(80), A_eq=np.hstack([X, -X]), b_eq=y)
    np.testing.assert_allclose(path.w[-1], pursuit.x[:40] - pursuit.x[40:], atol=1e-8)


def test_averages_are_the_lasso_as_long_as_nothing_leaves():
    problem = gaussian_problem(60, 20, seed=1)
    path = incremental_path(problem)
    kept = [set(np.flatnonzero(w)) for w in path.w]
    assert all(before <= after for before, after in pairwise(kept))
    times = np.linspace(1.1 * path.time[1], 2 * path.time[-1], 9)
    for time, average in zip(times, path.average(times), strict=True):
        # scikit-learn's loss is 1/(2n).
        model = Lasso(alpha=1 / (2 * time), fit_intercept=False, tol=1e-12, max_iter=100_000)
        np.testing.assert_allclose(average, model.fit(problem.X, problem.y).coef_, atol=1e-6)


def test_tall_data_end_at_least_squares():
    rng = np.random.default_rng(5)
    X = rng.standard_normal((30, 6))
    problem = Problem(X, rng.standard_normal(30))
    end = incremental_path(problem).w[-1]
    np.testing.assert_allclose(end, np.linalg.lstsq(X, problem.y)[0], atol=1e-9)


def test_nothing_to_learn():
    path = incremental_path(Problem(np.eye(3), np.zeros(3)))
    assert path.time.tolist() == [0.0] and (path.at([0.0, 5.0]) == 0).all()


def test_bad_times_are_named():
    path = incremental_path(gaussian_problem())
    for times in ([-1.0], [np.nan], [[1.0]]):
        with pytest.raises(ValueError, match="times must be"):
            path.at(times)
    for times in ([0.0], [0.0, 1.0]):
        with pytest.raises(ValueError, match="times must be positive"):
            path.average(times)
    with pytest.raises(ValueError, match="alpha must be"):
        rescaled_time(1.0, 2, 1.0)
