"""Lasso, elastic net and matching pursuit against optimality conditions and slow loops."""

from __future__ import annotations

import numpy as np
import pytest
from baseline_problems import sizes, sparse, squared_error
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import lasso_path

from implicit_sparsity import Problem
from implicit_sparsity.baselines import (
    elastic_net_cv,
    lasso_cv,
    lasso_oracle,
    least_squares,
    omp_cv,
    omp_oracle,
    oracle,
)


@settings(max_examples=30)
@given(st.sampled_from([(20, 60, 3), (12, 40, 2), (40, 12, 4)]), st.integers(0, 99))
def test_the_lasso_is_optimal_at_every_penalty(size, seed):
    """Primal less dual objective of ‖y − Xw‖²/(2n) + a‖w‖₁, whose subgradient holds 0 there."""
    n, p, k = size
    problem = sparse(n, p, k, 0.3, seed)
    X, y = problem.X, problem.y
    path = lasso_oracle.fit(problem).w
    largest = max(abs(X.T @ y)) / n
    penalties = largest * 1e-3 ** (np.arange(200) / 199)
    assert len(path) % 20 == 0 and path.shape[1] == p
    np.testing.assert_allclose(path[0], 0, atol=1e-12)
    for a, w in zip(penalties[: len(path)], path, strict=True):
        residual = y - X @ w
        gradient = X.T @ residual / n
        primal = residual @ residual / (2 * n) + a * np.abs(w).sum()
        dual_point = residual * min(1.0, a / max(abs(gradient)))
        dual = y @ y / (2 * n) - (y - dual_point) @ (y - dual_point) / (2 * n)
        assert -1e-9 * y @ y <= primal - dual <= 1.1e-5 * y @ y / n
        if a > 0.1 * largest:
            # At the penalties that matter the conditions hold coordinate by coordinate.
            assert (np.abs(gradient) <= a + 0.02 * largest).all()
            active = np.abs(w) > 0.02 * np.abs(w).max()
            np.testing.assert_allclose(
                gradient[active], a * np.sign(w[active]), atol=0.02 * largest
            )


@settings(max_examples=60)
@given(sizes)
def test_omp_is_the_greedy_loop(size):
    n, p, k, seed = size
    problem = sparse(n, p, k, 0.3, seed)
    X, y = problem.X, problem.y
    most = min(2 * k, n, p)
    chosen, residual, expected = [], y, []
    for _ in range(most):
        scores = [abs(column @ residual) / np.sqrt(column @ column) for column in X.T]
        chosen.append(int(np.argmax([-1 if i in chosen else s for i, s in enumerate(scores)])))
        w = np.zeros(p)
        w[chosen] = np.linalg.lstsq(X[:, chosen], y)[0]
        residual = y - X @ w
        expected.append(w)
    found = omp_oracle.fit(problem).w
    assert found.shape == (most, p)
    if most == n:  # the last fit is exact, and may choose anything
        found, expected = found[:-1], expected[:-1]
    np.testing.assert_allclose(found, np.reshape(expected, (-1, p)), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("k", [1, 2])
def test_omp_stops_where_nothing_is_left(k):
    """Without noise the residual is zero after k steps, whatever the columns' norms."""
    X = np.diag([1.0, 5.0, 0.2, 3.0])
    truth = np.zeros(4)
    truth[:k] = [2.0, -1.0][:k]
    path = omp_oracle.fit(Problem(X, X @ truth, truth)).w
    assert path.shape[1] == 4 and len(path) <= 2 * k
    np.testing.assert_allclose(path[k - 1 :], np.tile(truth, (len(path) - k + 1, 1)), atol=1e-12)


def cross_validated_problem():
    return sparse(60, 30, 4, 0.5, seed=3)


def test_the_cross_validated_lasso_is_a_lasso():
    problem = cross_validated_problem()
    (w,) = lasso_cv.fit(problem).w
    gradient = problem.X.T @ (problem.y - problem.X @ w) / problem.n
    penalty = np.abs(gradient).max()
    active = w != 0
    assert 4 <= active.sum() < 30
    np.testing.assert_allclose(gradient[active], penalty * np.sign(w[active]), rtol=0.1)


def test_the_cross_validated_lasso_has_the_least_error_out_of_fold():
    """Of its penalties, each solved again on four fifths of the samples and tried on the rest."""
    problem = cross_validated_problem()
    X, y, n = problem.X, problem.y, problem.n
    (w,) = lasso_cv.fit(problem).w
    chosen = np.abs(X.T @ (y - X @ w)).max() / n
    penalties = np.abs(X.T @ y).max() / n * np.geomspace(1, 1e-3, 100)
    errors = np.zeros(100)
    for test in np.array_split(np.arange(n), 5):
        train = np.setdiff1d(np.arange(n), test)
        path = lasso_path(X[train], y[train], alphas=penalties, tol=1e-6)[1]
        errors += np.square(X[test] @ path - y[test, None]).mean(axis=0)
    assert errors[np.abs(np.log(penalties / chosen)).argmin()] < 1.02 * errors.min()


def test_the_cross_validated_pursuit_is_least_squares_on_what_it_chose():
    problem = cross_validated_problem()
    (w,) = omp_cv.fit(problem).w
    active = w != 0
    assert active[problem.support].all()
    expected = np.linalg.lstsq(problem.X[:, active], problem.y)[0]
    np.testing.assert_allclose(w[active], expected, rtol=1e-8)


def pursuit(X, y, most):
    """Weights of 1, 2, … greedily chosen coordinates, by a plain loop."""
    chosen, residual = [], y
    for _ in range(most):
        chosen.append(int(np.argmax(np.abs(X.T @ residual))))
        w = np.zeros(X.shape[1])
        w[chosen] = np.linalg.lstsq(X[:, chosen], y)[0]
        residual = y - X @ w
        yield w


@pytest.mark.parametrize(("size", "seed"), [((60, 30, 4), 3), ((20, 50, 10), 5)])
def test_the_cross_validated_pursuit_has_the_least_error_out_of_fold(size, seed):
    """Of all numbers of coordinates up to half as many as samples, which the second reaches."""
    problem = sparse(*size, noise=0.1, seed=seed)
    X, y, n = problem.X, problem.y, problem.n
    errors = np.zeros(min(n // 2, problem.p))
    for test in np.array_split(np.arange(n), 5):
        train = np.setdiff1d(np.arange(n), test)
        for i, w in enumerate(pursuit(X[train], y[train], errors.size)):
            errors[i] += np.square(X[test] @ w - y[test]).mean()
    (w,) = omp_cv.fit(problem).w
    assert np.count_nonzero(w) == 1 + errors.argmin()


def test_the_cross_validated_elastic_net_is_one():
    """XᵀR/n = a (l sign(w) + (1 − l) w) on the active coordinates, for one a and one l."""
    problem = cross_validated_problem()
    (w,) = elastic_net_cv.fit(problem).w
    gradient = problem.X.T @ (problem.y - problem.X @ w) / problem.n
    active = np.abs(w) > 0.05
    terms = np.stack([np.sign(w[active]), w[active]], axis=1)
    weights = np.linalg.lstsq(terms, gradient[active])[0]
    assert weights[0] > 0 and weights[1] > -0.05 * weights[0]
    np.testing.assert_allclose(terms @ weights, gradient[active], atol=0.1 * weights[0])


@settings(max_examples=20)
@given(st.integers(0, 99))
def test_no_method_beats_the_oracle_of_a_strong_signal_by_much(seed):
    """The oracle is the best linear unbiased estimate of those that know the support."""
    problem = sparse(200, 20, 3, 0.1, seed)
    error = squared_error(problem, oracle.fit(problem).w[0])
    assume(error > 1e-4)
    assert squared_error(problem, least_squares.fit(problem).w[0]) > 0.5 * error
    # Pursuit ends up with the very same weights.
    assert min(squared_error(problem, w) for w in omp_oracle.fit(problem).w) <= error * (1 + 1e-9)


@pytest.mark.parametrize("noise", [0.0, 0.2, 2.0])
def test_the_path_of_the_lasso_ends_once_it_fits_noise(noise):
    """And has lost nothing: its best point is that of all 200 penalties."""
    rng = np.random.default_rng(4)
    X, w_star = rng.standard_normal((40, 60)), 1.0 * (np.arange(60) < 3)
    problem = Problem(X, X @ w_star + noise * rng.standard_normal(40), w_star)
    path = lasso_oracle.fit(problem).w
    largest = np.abs(X.T @ problem.y).max() / 40
    penalties = largest * np.geomspace(1, 1e-3, 200)
    full = lasso_path(X, problem.y, alphas=penalties, tol=1e-5, max_iter=100_000)[1].T
    errors, every = problem.error(path), problem.error(full)
    assert errors.min() == pytest.approx(every.min(), rel=1e-3)
    np.testing.assert_allclose(errors, every[: len(errors)], rtol=1e-2, atol=1e-6)
    sizes = np.count_nonzero(path, axis=1)
    assert len(path) % 20 == 0 and (len(path) == 200) == (noise == 0.0)
    assert (sizes[-1] > 32) == (len(path) < 200) and (sizes[19:-20:20] <= 32).all()
