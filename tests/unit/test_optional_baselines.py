"""Best subsets and concave penalties from other packages, and the relaxed Lasso, by equations."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from baseline_problems import sparse
from sklearn.linear_model import lasso_path

from implicit_sparsity import Problem
from implicit_sparsity.baselines import lasso_cv, relaxed_lasso_cv
from implicit_sparsity.baselines.folds import best_of_path
from implicit_sparsity.baselines.registry import available

SHARES = (1.0, 0.75, 0.5, 0.25, 0.0)


def fitted(name, problem):
    module = available([name]).get(name) or pytest.skip(f"{name} is not installed")
    return module.fit(problem)


@pytest.mark.parametrize("seed", range(4))
def test_abess_finds_the_best_subset_by_the_extended_criterion(seed):
    """Of all of at most three columns, by n log(‖r‖²/n) + k (log n + 2 log p)."""
    problem = sparse(40, 8, 2, 0.5, seed)
    X, y, n = problem.X, problem.y, problem.n

    def criterion(columns):
        residual = y - X[:, columns] @ np.linalg.lstsq(X[:, columns], y)[0]
        return n * np.log(residual @ residual / n) + len(columns) * (np.log(n) + 2 * np.log(8))

    subsets = [list(c) for k in (1, 2, 3) for c in combinations(range(8), k)]
    best = min(subsets, key=criterion)
    (w,) = fitted("abess", problem).w
    assert np.flatnonzero(w).tolist() == best
    np.testing.assert_allclose(w[best], np.linalg.lstsq(X[:, best], y)[0], rtol=1e-6)


def test_the_concave_penalty_is_stationary():
    """(1/n)Xᵀr = λ sign(w) − w/γ up to |w| = γλ, and 0 beyond, on columns of mean square 1."""
    problem = sparse(60, 30, 4, 0.5, seed=3)
    (w,), penalty = fitted("mcp_cv", problem)
    scale = np.sqrt(np.square(problem.X).mean(axis=0))
    X, v = problem.X / scale, w * scale
    gradient = X.T @ (problem.y - X @ v) / problem.n
    active = v != 0
    pull = np.maximum(penalty - np.abs(v) / 3.0, 0.0)
    assert active[problem.support].all() and not active.all()
    np.testing.assert_allclose(
        gradient[active], (pull * np.sign(v))[active], atol=1e-3 * np.abs(v).max()
    )
    assert (np.abs(gradient[~active]) <= penalty * (1 + 1e-3)).all()


def test_the_concave_penalty_does_not_see_units():
    problem = sparse(40, 20, 3, 0.5, seed=1)
    units = np.random.default_rng(0).uniform(0.1, 9.0, 20)
    plain = fitted("mcp_cv", problem).w
    scaled = fitted("mcp_cv", Problem(problem.X * units, problem.y)).w
    np.testing.assert_allclose(scaled * units, plain, atol=1e-6 * np.abs(plain).max())


def blends(X, y, penalties):
    """Every blend of the Lasso and of least squares on its columns, by plain loops."""
    rows = []
    for w in lasso_path(X, y, alphas=penalties, max_iter=10_000)[1].T:
        on, refit = np.flatnonzero(w), np.zeros_like(w)
        if on.size:
            refit[on] = np.linalg.lstsq(X[:, on], y)[0]
        rows += [share * w + (1 - share) * refit for share in SHARES]
    return np.array(rows)


@pytest.mark.parametrize("noise", [0.3, 3.0])
def test_the_relaxed_lasso_has_the_least_error_out_of_fold(noise):
    problem = sparse(40, 60, 4, noise, seed=5)
    X, y, n = problem.X, problem.y, problem.n
    penalties = np.abs(X.T @ y).max() / n * np.geomspace(1, 1e-3, 100)
    errors = np.zeros(500)
    for test in np.array_split(np.arange(n), 5):
        train = np.setdiff1d(np.arange(n), test)
        errors += np.square(X[test] @ blends(X[train], y[train], penalties).T - y[test, None]).mean(
            axis=0
        )
    best = int(errors.argmin())
    estimate = relaxed_lasso_cv.fit(problem)
    assert estimate.penalty == pytest.approx(penalties[best // 5])
    np.testing.assert_allclose(estimate.w[0], blends(X, y, penalties)[best], atol=1e-8)


def test_the_relaxed_lasso_shrinks_a_strong_signal_less_than_the_lasso():
    errors = {lasso_cv: [], relaxed_lasso_cv: []}
    for seed in range(5):
        problem = sparse(80, 60, 3, 0.3, seed)
        for module in errors:
            errors[module].append(float(problem.error(module.fit(problem).w).min()))
    assert np.median(errors[relaxed_lasso_cv]) < np.median(errors[lasso_cv]) / 2


def test_the_best_of_a_path_is_chosen_by_plain_folds():
    problem = sparse(23, 6, 2, 1.0, seed=2)
    X, y = problem.X, problem.y
    scales = np.linspace(0.0, 2.0, 9)

    def path(X, y):
        return scales[:, None] * np.linalg.lstsq(X, y)[0]

    errors = np.zeros((5, 9))
    for fold, test in enumerate(np.array_split(np.arange(23), 5)):
        train = np.setdiff1d(np.arange(23), test)
        w = path(X[train], y[train])
        errors[fold] = [np.mean((X[test] @ row - y[test]) ** 2) for row in w]
    assert best_of_path(X, y, path) == errors.mean(axis=0).argmin()
