"""The smaller problem: the same gradients, coherence, oracle and flow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implicit_sparsity import Problem, gradient_flow
from implicit_sparsity.baselines import oracle
from implicit_sparsity.problems.reduced import reduced


def random_problem(seed, n, p):
    rng = np.random.default_rng(seed)
    X, w_star = rng.standard_normal((n, p)), np.zeros(p)
    w_star[: max(1, p // 3)] = rng.choice([-1.0, 2.0], max(1, p // 3))
    return Problem(X, X @ w_star + rng.standard_normal(n), w_star)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 999), st.integers(2, 40), st.integers(1, 10))
def test_gradients_are_the_same_everywhere(seed, n, p):
    problem = random_problem(seed, n, p)
    small = reduced(problem)
    assert small.n == min(n, p) if n > p else small is problem
    w = np.random.default_rng(seed + 1).standard_normal(p)
    gradients = [2 / q.n * q.X.T @ (q.X @ w - q.y) for q in (problem, small)]
    np.testing.assert_allclose(*gradients, atol=1e-10 * (1 + np.abs(gradients[0]).max()))


def test_losses_differ_by_what_no_weights_fit():
    problem = random_problem(1, 50, 6)
    small = reduced(problem)
    rest = np.linalg.lstsq(problem.X, problem.y)[1][0] / 50
    for w in np.random.default_rng(2).standard_normal((3, 6)):
        losses = [np.mean((q.X @ w - q.y) ** 2) for q in (problem, small)]
        assert losses[0] - losses[1] == pytest.approx(rest, rel=1e-9)


def test_what_is_measured_on_it_is_the_same():
    problem = random_problem(3, 60, 9)
    small = reduced(problem)
    assert small.coherence == pytest.approx(problem.coherence, rel=1e-12)
    np.testing.assert_allclose(oracle.fit(small).w, oracle.fit(problem).w, rtol=1e-9)
    paths = [gradient_flow(q, 3, 0.05, 20.0, rtol=1e-8) for q in (problem, small)]
    np.testing.assert_allclose(*(path.at([5.0, 20.0]) for path in paths), atol=1e-6)


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e6])
@pytest.mark.parametrize("condition", [1.0, 1e2, 1e4, 1e6, 1e8])
def test_least_squares_lose_no_more_digits_than_the_condition_number_has(condition, scale):
    """Where the data are fitted exactly, as by a QR factorisation of the design."""
    rng = np.random.default_rng(4)
    U, V = (np.linalg.qr(rng.standard_normal((rows, 8)))[0] for rows in (50, 8))
    X = scale * (U * np.geomspace(1, 1 / condition, 8)) @ V
    w_star = rng.standard_normal(8)
    small = reduced(Problem(X, X @ w_star))
    found = np.linalg.lstsq(small.X, small.y)[0]
    np.testing.assert_allclose(found, w_star, atol=max(1e-12 * condition, 1e-9))


@pytest.mark.parametrize("columns", [[0, 1, 2, 0], [0, 1, 2, 3], [0, 0, 0, 0]])
def test_dependent_columns_leave_the_gradients_as_they_are(columns):
    """Copies, a sum of others, and a column of zeros."""
    rng = np.random.default_rng(5)
    independent = rng.standard_normal((30, 3))
    X = np.column_stack([independent, independent.sum(axis=1)])[:, columns]
    problem = Problem(np.column_stack([X, np.zeros(30)]), rng.standard_normal(30))
    small = reduced(problem)
    assert small.n == 5
    for w in rng.standard_normal((5, 5)):
        gradients = [2 / q.n * q.X.T @ (q.X @ w - q.y) for q in (problem, small)]
        np.testing.assert_allclose(*gradients, atol=1e-12)
