"""Gradient flow against stiff solvers, closed forms, gradient descent, and its own tolerance."""

from __future__ import annotations

import numpy as np
import pytest
from flow_problems import orthogonal_problem, raw_flow, sparse_problem

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.problem import Problem
from implicit_sparsity.theory.orthogonal import orthogonal_time

DEPTHS = [2, 2.5, 3, 4]


def plain_descent(problem, depth, alpha, step_size, iterations):
    """Gradient descent in u and v, two-sided: the last weights."""
    u, v = np.full(problem.p, alpha), np.full(problem.p, alpha)
    for _ in range(iterations):
        g = 2 / problem.n * problem.X.T @ (problem.X @ (u**depth - v**depth) - problem.y)
        u = u - step_size * depth * u ** (depth - 1) * g
        v = v + step_size * depth * v ** (depth - 1) * g
    return u**depth - v**depth


@pytest.mark.parametrize("one_sided", [False, True])
@pytest.mark.parametrize("depth", DEPTHS)
def test_agrees_with_a_stiff_solver_on_the_raw_equations(depth, one_sided):
    problem, alpha, times = sparse_problem(), 0.15, np.linspace(0, 40, 41)
    u, v = raw_flow(problem, depth, alpha, times, one_sided)
    path = gradient_flow(problem, depth, alpha, times[-1], rtol=1e-7, one_sided=one_sided)
    assert path.one_sided is one_sided and path.depth == depth
    np.testing.assert_allclose(path.at(times), (u**depth - v**depth).T, atol=3e-7)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_descent_approaches_the_flow_in_proportion_to_its_step(depth):
    problem, alpha, time = sparse_problem(), 0.2, 4.0
    limit = gradient_flow(problem, depth, alpha, time, rtol=1e-8).w[-1]
    counts = 400 * 2 ** np.arange(4)
    gaps = [np.abs(plain_descent(problem, depth, alpha, time / k, k) - limit).max() for k in counts]
    slopes = -np.diff(np.log2(gaps))
    assert slopes == pytest.approx(1.0, abs=0.05)
    assert gaps[-1] < 5e-3


def test_two_sided_orthogonal_design_at_depth_two_has_its_closed_form():
    """w' = 8 (c − w) √(w² + β²) with β = 2α², whose time is an elementary function of w."""
    goals, alpha = np.array([1.0, 0.5, -0.8, 2.0, 0.0, 0.1, -0.01, 0.3]), 1e-3
    c, beta = np.abs(goals[goals != 0]), 2 * alpha**2
    w = c[:, None] * np.array([1e-4, 0.1, 0.5, 0.9, 0.999])
    elapsed = np.arcsinh((beta**2 + c[:, None] * w) / (beta * (c[:, None] - w)))
    times = (elapsed - np.arcsinh(beta / c)[:, None]) / (8 * np.hypot(c, beta)[:, None])
    path = gradient_flow(orthogonal_problem(goals), 2, alpha, times.max(), rtol=1e-7)
    reached = [path.at(t)[:, j] for t, j in zip(times, np.flatnonzero(goals), strict=True)]
    np.testing.assert_allclose(np.abs(reached), w, atol=1e-6)
    np.testing.assert_allclose(path.w[:, goals == 0], 0.0, atol=1e-12)


def test_one_sided_orthogonal_design_at_depth_two_is_logistic():
    """w' = 8 w (c − w), negative c included: those weights decay for good."""
    goals, alpha = np.array([1.0, 0.5, -0.8, 2.0, -3.0, 0.1, -0.01, 0.3]), 1e-3
    times = np.linspace(0, 20, 101)
    path = gradient_flow(orthogonal_problem(goals), 2, alpha, times[-1], rtol=1e-7, one_sided=True)
    growth = np.exp(-8 * np.outer(times, goals))
    logistic = goals / (1 + (goals / alpha**2 - 1) * growth)
    np.testing.assert_allclose(path.at(times), logistic, atol=1e-6)


@pytest.mark.parametrize("depth", [2.5, 3, 4, 6])
@pytest.mark.parametrize("alpha", [0.5, 0.02])
def test_orthogonal_design_agrees_with_quadrature(depth, alpha):
    goals = np.array([1.0, 0.9, 0.8, 0.7, 0.0, 0.0, 0.0, 0.0])
    levels = np.array([1e-3, 0.1, 0.4, 0.6])
    times = np.array([[orthogonal_time(w, c, depth, alpha) for w in levels] for c in goals[:4]])
    path = gradient_flow(orthogonal_problem(goals), depth, alpha, times.max(), rtol=1e-7)
    reached = np.array([path.at(times[j])[:, j] for j in range(4)])
    np.testing.assert_allclose(reached, np.tile(levels, (4, 1)), atol=1e-5)


@pytest.mark.parametrize(("depth", "one_sided"), [(2, False), (3.5, False), (4, True)])
def test_error_is_proportional_to_the_tolerance(depth, one_sided):
    times, tolerances = np.linspace(0, 60, 601), np.geomspace(1e-3, 1e-7, 5)
    errors = np.empty((4, 5))
    for seed in range(4):
        problem = sparse_problem(20, 40, (1.0, 0.6), 0.3, seed)
        exact = gradient_flow(problem, depth, 0.1, 60.0, rtol=1e-10, one_sided=one_sided).at(times)
        for i, rtol in enumerate(tolerances):
            path = gradient_flow(problem, depth, 0.1, 60.0, rtol=rtol, one_sided=one_sided)
            errors[seed, i] = np.abs(path.at(times) - exact).max() / np.abs(exact).max()
    assert (errors < 10 * tolerances).all()
    slope = np.polyfit(np.log(tolerances), np.log(errors).mean(axis=0), 1)[0]
    assert slope == pytest.approx(1.0, abs=0.25)


@pytest.mark.parametrize(("depth", "alpha"), [(2, 0.02), (3, 0.1), (4, 0.15)])
def test_tolerance_holds_for_many_weak_columns_that_agree(depth, alpha):
    """Most columns are given in time, and all push the residual the same way."""
    rng, truth, times = np.random.default_rng(0), np.zeros(80), np.linspace(0, 40, 81)
    X = 0.8 * rng.normal(size=(15, 1)) + 0.6 * rng.normal(size=(15, 80))
    truth[:2] = 1.0, -0.7
    problem, norms = Problem(X, X @ truth + 0.1 * rng.normal(size=15)), np.linalg.norm(X, axis=0)
    u, v = raw_flow(problem, depth, alpha, times, one_sided=False)
    exact = norms[:, None] * (u**depth - v**depth)
    for rtol in (1e-3, 1e-4, 1e-5):
        path = gradient_flow(problem, depth, alpha, 40.0, rtol=rtol)
        assert np.abs(norms * path.at(times) - exact.T).max() < 2 * rtol * np.abs(exact).max()
        if rtol == 1e-4:
            assert path.solution.steps.active.mean() < 60


def test_tolerance_holds_for_columns_of_different_scales():
    """Errors count in units of the response: a short column does not loosen the others."""
    problem = sparse_problem(20, 40, (1.0, 0.6), 0.3)
    scales = np.geomspace(1e-2, 3.0, 40)
    scaled, times = Problem(problem.X * scales, problem.y), np.linspace(0, 60, 301)
    exact = gradient_flow(scaled, 3, 0.1, 60.0, rtol=1e-9).at(times) * scales
    for rtol in (1e-2, 1e-4):
        found = gradient_flow(scaled, 3, 0.1, 60.0, rtol=rtol).at(times) * scales
        assert np.abs(found - exact).max() < 10 * rtol * np.abs(exact).max()


def test_small_starts_cost_hardly_more_and_keep_their_digits():
    """At N = 6 from α = 0.1 to 1e-8: times scale like α^{-4}, steps stay below twice as many."""
    problem = sparse_problem(100, 200, np.ones(5), 0.5, seed=42)
    starts, scaled, steps, best = [1e-1, 1e-3, 1e-6, 1e-8], [], [], []
    for alpha in starts:
        path = gradient_flow(problem, 6, alpha, 0.2 * alpha**-4)
        events = path.events
        scaled.append([events.support_reached * alpha**4, events.off_support_exceeded * alpha**4])
        steps.append(path.steps_until(events.off_support_exceeded))
        best.append(events.best_error)
        assert (np.diff(path.t) > 0).all()
    assert max(steps) < 2 * steps[0]
    # As α → 0 the rescaled times have limits.
    np.testing.assert_allclose(scaled[2], scaled[3], rtol=1e-9)
    np.testing.assert_allclose(scaled[1][0], scaled[3][0], rtol=1e-6)
    np.testing.assert_allclose(best[2], best[3], rtol=1e-3)


@pytest.mark.parametrize("alpha", [10.0, 3.0])
def test_large_starts_keep_the_digits_of_small_weights(alpha):
    """At N = 6, α^N = 1e6 for weights of order 1: the kernel regime, against quadrature."""
    goals = np.array([1.0, -0.5, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0])
    times = [orthogonal_time(0.7 * c, c, 6, alpha) for c in (1.0, 0.5, 0.25)]
    path = gradient_flow(orthogonal_problem(goals), 6, alpha, max(times), rtol=1e-9)
    reached = [path.at(t)[0, j] for j, t in enumerate(times)]
    np.testing.assert_allclose(reached, 0.7 * goals[:3], rtol=1e-8)


def test_depth_two_is_the_limit_of_larger_depths():
    problem = sparse_problem()
    two = gradient_flow(problem, 2, 0.1, 20.0, rtol=1e-8).w[-1]
    near = gradient_flow(problem, 2 + 1e-9, 0.1, 20.0, rtol=1e-8).w[-1]
    np.testing.assert_allclose(near, two, atol=1e-6)


def test_more_samples_than_coordinates_give_the_same_flow_as_the_raw_equations():
    problem, times = sparse_problem(40, 6, noise=1.0), np.linspace(0, 10, 11)
    u, v = raw_flow(problem, 3, 0.3, times, one_sided=False)
    path = gradient_flow(problem, 3, 0.3, 10.0, rtol=1e-7)
    np.testing.assert_allclose(path.at(times), (u**3 - v**3).T, atol=3e-7)


def test_identical_columns_share_their_weight():
    problem = sparse_problem(20, 30, (1.0, 0.8), 0.2, seed=3)
    X = np.hstack([problem.X, problem.X[:, :2]])
    path = gradient_flow(Problem(X, problem.y), 4, 0.05, 400.0)
    np.testing.assert_allclose(path.w[-1, :2], path.w[-1, -2:], rtol=1e-6)
    np.testing.assert_allclose(2 * path.w[-1, :2], [1.0, 0.8], atol=0.2)
