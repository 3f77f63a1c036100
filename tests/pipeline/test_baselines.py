"""Ridge against its closed form and a slow cross-validation, least squares by its equations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implicit_sparsity import Problem
from implicit_sparsity.pipeline.experiments.baselines import (
    BASELINES,
    compare,
    least_squares,
    ridge,
)
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.problems.spec import ProblemSpec

KERNEL_REGIME = ProblemSpec(
    experiment="kernel_regime",
    instances="authors",
    seed=0,
    design="rademacher",
    options={},
    n=500,
    p=100,
    signal="normal",
    k=None,
    noise=25,
    replicates=2,
)


def gaussian(n, p, noise=1.0, seed=0):
    rng = np.random.default_rng(seed)
    X, w_star = rng.standard_normal((n, p)), rng.standard_normal(p)
    return Problem(X, X @ w_star + noise * rng.standard_normal(n), w_star)


def closed_form(X, y, penalty):
    """(XᵀX + penalty · I)⁻¹ Xᵀy."""
    return np.linalg.solve(X.T @ X + penalty * np.eye(X.shape[1]), X.T @ y)


def grid(problem):
    """From 10⁻⁴ to 10⁴ times the mean squared norm of a column, five a decade."""
    scale = np.mean([column @ column for column in problem.X.T])
    return scale * np.logspace(-4, 4, 41)


def cross_validated(problem, folds=5):
    """Mean over folds of the mean squared error left out, for each penalty of the grid."""
    held_out = np.array_split(np.arange(problem.n), folds)
    errors = np.zeros(41)
    for i, penalty in enumerate(grid(problem)):
        for fold in held_out:
            X, y = np.delete(problem.X, fold, axis=0), np.delete(problem.y, fold)
            w = closed_form(X, y, penalty)
            errors[i] += np.mean((problem.X[fold] @ w - problem.y[fold]) ** 2) / folds
    return errors


@pytest.mark.parametrize(
    "problem", [gaussian(40, 6, 3.0), gaussian(13, 5, 8.0), gaussian(15, 25), gaussian(60, 1, 2.0)]
)
def test_ridge_minimises_the_cross_validated_error(problem):
    estimate = ridge(problem)
    best = cross_validated(problem).argmin()
    assert estimate.penalty == pytest.approx(grid(problem)[best], rel=1e-9)
    expected = closed_form(problem.X, problem.y, estimate.penalty)
    np.testing.assert_allclose(estimate.w, expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("problem", generate(KERNEL_REGIME), ids=["0", "1000"])
def test_ridge_chooses_an_interior_penalty_in_the_papers_kernel_regime(problem):
    estimate = ridge(problem)
    penalties = grid(problem)
    assert penalties[5] < estimate.penalty < penalties[-6]  # by a decade at least
    expected = closed_form(problem.X, problem.y, estimate.penalty)
    np.testing.assert_allclose(estimate.w, expected, rtol=1e-9, atol=1e-11)
    # It is close to the best penalty that the truth would choose, and beats least squares.
    errors = [
        np.sum((closed_form(problem.X, problem.y, penalty) - problem.truth) ** 2)
        for penalty in penalties
    ]
    error = np.sum((estimate.w - problem.truth) ** 2)
    assert error < 1.2 * min(errors)
    assert error < 0.6 * np.sum((least_squares(problem).w - problem.truth) ** 2)


@pytest.mark.parametrize(("x_unit", "y_unit"), [(1e-4, 1.0), (1e3, 1e-5), (3.0, 1e6)])
def test_ridge_does_not_depend_on_units(x_unit, y_unit):
    problem = gaussian(20, 4, 2.0)
    estimate, scaled = ridge(problem), ridge(Problem(x_unit * problem.X, y_unit * problem.y))
    assert scaled.penalty == pytest.approx(x_unit**2 * estimate.penalty)
    np.testing.assert_allclose(scaled.w, y_unit / x_unit * estimate.w, rtol=1e-6)


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 9))
def test_least_squares_solves_the_normal_equations(n, p, seed):
    problem = gaussian(n, p, seed=seed)
    w = least_squares(problem).w
    gradient = problem.X.T @ (problem.X @ w - problem.y)
    np.testing.assert_allclose(gradient, 0, atol=1e-9)
    # Of least norm: no part of w lies where X does not see it.
    np.testing.assert_allclose(w, np.linalg.pinv(problem.X) @ problem.y, rtol=1e-6, atol=1e-9)


def test_least_squares_where_columns_repeat():
    problem = Problem([[1, 1, 0], [2, 2, 0], [0, 0, 0]], [2, 4, 7])
    estimate = least_squares(problem)
    np.testing.assert_allclose(estimate.w, [1, 1, 0], atol=1e-12)
    assert estimate.penalty is None


def test_compare_has_a_row_for_each_method_and_problem():
    problems = [gaussian(20, 3, seed=seed) for seed in range(2)]
    table = compare(problems, ["least_squares", "ridge"])
    assert list(table.columns) == ["method", "replicate", "error", "penalty"]
    assert table["method"].tolist() == ["least_squares"] * 2 + ["ridge"] * 2
    assert table["replicate"].tolist() == [0, 1, 0, 1]
    for row in table.itertuples():
        problem = problems[row.replicate]
        estimate = BASELINES[row.method](problem)
        assert row.error == pytest.approx(((estimate.w - problem.truth) ** 2).sum(), rel=1e-12)
        assert np.isnan(row.penalty) if row.method == "least_squares" else row.penalty > 0


def test_compare_needs_the_truth():
    with pytest.raises(ValueError, match="needs the true weights"):
        compare([Problem(np.eye(5), np.ones(5))], ["least_squares"])


def test_compare_refuses_other_methods():
    with pytest.raises(ValueError, match=r"'lasso'.*ridge"):
        compare([gaussian(10, 2)], ["lasso"])
