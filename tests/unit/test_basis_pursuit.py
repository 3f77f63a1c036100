"""Basis pursuit against a certificate, exhaustive search and the limits of flows."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from implicit_sparsity import Problem, basis_pursuit, interpolating_limit


def random_problem(n, p, seed):
    rng = np.random.default_rng(seed)
    return Problem(rng.standard_normal((n, p)), rng.standard_normal(n))


@pytest.mark.parametrize("seed", range(5))
def test_no_choice_of_columns_that_fits_has_a_smaller_norm(seed):
    """A solution of least norm has at most n weights: all choices of n columns are tried."""
    problem = random_problem(3, 7, seed)
    fits = [np.linalg.solve(problem.X[:, list(s)], problem.y) for s in combinations(range(7), 3)]
    w = basis_pursuit(problem)
    np.testing.assert_allclose(problem.X @ w, problem.y, atol=1e-12)
    assert np.abs(w).sum() == pytest.approx(min(np.abs(fit).sum() for fit in fits), rel=1e-12)


def test_a_dual_vector_certifies_the_solution():
    """ν with |x_jᵀν| ≤ 1 and yᵀν = ‖w‖₁, from the dual program."""
    problem = random_problem(20, 60, 1)
    X, y = problem.X, problem.y
    bound = np.ones(120)
    dual = linprog(-y, A_ub=np.vstack([X.T, -X.T]), b_ub=bound, bounds=(None, None))
    assert np.abs(basis_pursuit(problem)).sum() == pytest.approx(-dual.fun, rel=1e-9)


@pytest.mark.parametrize("unit", [1.0, 1e6, 1e-6])
def test_a_flow_from_a_tiny_start_leads_there(unit):
    problem = random_problem(15, 40, 2)
    problem = Problem(problem.X, unit * problem.y)
    limit = interpolating_limit(problem, 3, (1e-12 * unit) ** (1 / 3))
    np.testing.assert_allclose(basis_pursuit(problem), limit, atol=1e-6 * unit)


def test_more_samples_than_columns_give_least_squares():
    problem = random_problem(30, 5, 3)
    expected = np.linalg.lstsq(problem.X, problem.y)[0]
    np.testing.assert_allclose(basis_pursuit(problem), expected, rtol=1e-10)


def test_equal_rows_and_no_response():
    X = np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 0.0]])
    np.testing.assert_allclose(basis_pursuit(Problem(X, [2.0, 2.0])), [0, 1, 0], atol=1e-12)
    assert basis_pursuit(Problem(X, [0.0, 0.0])).tolist() == [0, 0, 0]
