"""Predictions of the theory against their definitions, limits, and the flow itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import hadamard

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.problem import Problem
from implicit_sparsity.theory.escape import drives, escape_time, noise_drives
from implicit_sparsity.theory.incoherence import incoherence
from implicit_sparsity.theory.levels import minimax_rate, off_support_bound, universal_level
from implicit_sparsity.theory.orthogonal import orthogonal_time
from implicit_sparsity.theory.windows import early_stopping_window


def sparse_problem(n, p, w_star, noise, seed=42):
    rng = np.random.RandomState(seed)
    X = 2.0 * rng.binomial(1, 0.5, (n, p)) - 1
    truth = np.zeros(p)
    truth[: len(w_star)] = w_star
    return Problem(X, X @ truth + noise * rng.randn(n), truth)


def test_incoherence_multiplies_coherence_sparsity_and_range():
    X = np.array([[3.0, 3.0, 0.0], [4.0, -4.0, 0.0], [0.0, 0.0, 1.0]])
    found = incoherence(Problem(X, np.zeros(3), np.array([2.0, 0.0, -0.5])))
    assert found.sparsity == 2 and found.ratio == 4.0
    assert found.coherence == pytest.approx(7 / 25)
    assert found.product == pytest.approx(7 / 25 * 2 * 4)


def test_drives_are_the_initial_gradient_and_its_noise():
    problem = sparse_problem(40, 60, [1.0, -2.0], 0.5)
    b, noise = drives(problem), noise_drives(problem)
    still = Problem(problem.X, problem.X @ problem.w_star, problem.w_star)
    np.testing.assert_allclose(b - noise, drives(still), atol=1e-12)
    np.testing.assert_allclose(noise_drives(still), 0.0, atol=1e-12)
    # The slope of w at the start of a flow is the drive times the mobility 2 N² α^{2N−2}.
    path = gradient_flow(problem, 3, 0.1, 1e-4)
    np.testing.assert_allclose(path.w[-1], 18 * 0.1**4 * b * 1e-4, rtol=1e-3)


@pytest.mark.parametrize("depth", [2, 2.5, 3, 4, 6])
def test_escape_time_is_that_of_a_constant_drive(depth):
    """y = X c with c far away: the drive stays 2c while w grows to a level of order 1."""
    alpha, level, far = 0.01, 1.0, 1e7
    problem = Problem(np.ones((1, 1)), np.array([far]))
    time = float(escape_time(2 * far, depth, alpha, level))
    path = gradient_flow(problem, depth, alpha, time, rtol=1e-8)
    assert path.w[-1, 0] == pytest.approx(level, rel=1e-3)


def test_escape_time_has_its_limits():
    assert escape_time(2.0, 4, 0.005) == pytest.approx(0.005**-2 / (2 * 4 * 2.0))
    assert escape_time(-2.0, 4, 0.005) == escape_time(2.0, 4, 0.005)
    assert escape_time(2.0, 4, 0.005, 1.0) < escape_time(2.0, 4, 0.005)
    assert escape_time(2.0, 4, 0.005, 1e3) == pytest.approx(float(escape_time(2.0, 4, 0.005)), 1e-3)
    near_two, two = escape_time(2.0, 2 + 1e-7, 1e-4, 0.5), escape_time(2.0, 2, 1e-4, 0.5)
    assert near_two == pytest.approx(float(two), rel=1e-5)
    np.testing.assert_array_equal(np.isinf(escape_time([0.0, 1.0], 3, 0.1)), [True, False])


@pytest.mark.parametrize("alpha", [1e-4, 0.05, 3.0])
def test_orthogonal_time_has_a_closed_form_at_depth_two(alpha):
    c, beta = 0.8, 2 * alpha**2
    for w in (1e-6, 0.1, 0.79):
        R = np.hypot(c, beta)
        elapsed = np.arcsinh((beta**2 + c * w) / (beta * (c - w))) - np.arcsinh(beta / c)
        assert orthogonal_time(w, c, 2, alpha) == pytest.approx(elapsed / (8 * R), rel=1e-8)


@pytest.mark.parametrize("depth", [2, 3, 4.5])
def test_orthogonal_time_is_near_the_escape_while_the_weight_is_small(depth):
    exact = orthogonal_time(1e-3, 1.0, depth, 0.01)
    assert exact == pytest.approx(float(escape_time(2.0, depth, 0.01, 1e-3)), rel=2e-3)
    assert orthogonal_time(0.0, 1.0, depth, 0.01) == 0.0


def test_window_is_exact_for_what_an_orthogonal_design_escapes_to():
    """With the noise of one coordinate alone both edges are escapes of a single coordinate."""
    X = hadamard(8).astype(float)
    truth = np.array([1.0, 0, 0, 0, 0, 0, 0, 0])
    problem = Problem(X, X @ (truth + 0.2 * np.eye(8)[3]), truth)
    depth, alpha = 6, 0.02
    window = early_stopping_window(problem, depth, alpha)
    events = gradient_flow(problem, depth, alpha, 2 * window.end).events
    assert window.start == pytest.approx(events.support_reached, rel=2e-3)
    assert window.end == pytest.approx(events.off_support_exceeded, rel=2e-3)
    assert window.ratio == pytest.approx(5.0, rel=2e-3)


def test_window_predicts_the_edges_of_a_random_design():
    problem = sparse_problem(500, 300, np.ones(5), 0.5)
    assert incoherence(problem).product < 1
    for depth, alpha in [(3, 0.005), (4, 0.005), (6, 0.1)]:
        window = early_stopping_window(problem, depth, alpha)
        events = gradient_flow(problem, depth, alpha, 2 * window.end).events
        assert window.start == pytest.approx(events.support_reached, rel=0.25)
        assert window.end == pytest.approx(events.off_support_exceeded, rel=0.25)


def test_window_widens_with_depth_and_can_be_boundless():
    problem = sparse_problem(100, 200, np.ones(5), 0.5)
    ratios = [early_stopping_window(problem, N, 1e-3).ratio for N in (2, 3, 4)]
    assert ratios == sorted(ratios)
    signal = np.abs(2 + noise_drives(problem)[:5]).min()
    noise = np.abs(noise_drives(problem)[5:]).max()
    assert early_stopping_window(problem, 6, 1e-4).ratio == pytest.approx(signal / noise, rel=1e-3)
    silent = Problem(problem.X, problem.X @ problem.w_star, problem.w_star)
    assert (
        early_stopping_window(silent, 3, 0.01).end
        > 1e9 * early_stopping_window(problem, 3, 0.01).end
    )
    drowned = Problem(problem.X, -3 * problem.X @ problem.w_star, problem.w_star)
    assert early_stopping_window(drowned, 3, 0.01).start == np.inf
    assert early_stopping_window(problem, 3, 0.01, tolerance=1.5).start == 0.0


def test_bound_and_rate():
    assert off_support_bound(4, 0.005) == pytest.approx(0.005)
    assert off_support_bound(2, 0.01) == pytest.approx(0.1)
    assert minimax_rate(100, 200, 5, 0.5) == pytest.approx(5 * 0.25 * np.log(200) / 100)


@pytest.mark.parametrize(("n", "p", "sigma"), [(400, 1000, 0.5), (100, 200, 2.0)])
def test_universal_level_is_about_the_largest_of_the_noise(n, p, sigma):
    """Largest |Xᵀξ|/n of p columns of squared norm n, mean of 40 draws of the noise."""
    rng = np.random.RandomState(0)
    X = 2.0 * rng.binomial(1, 0.5, (n, p)) - 1
    largest = np.abs(X.T @ (sigma * rng.randn(n, 40)) / n).max(axis=0)
    level = universal_level(n, p, sigma)
    assert level == pytest.approx(sigma * np.sqrt(2 * np.log(p) / n), rel=1e-14)
    # The mean is below √(2 log 2p) by lower orders, the level without the 2 by others.
    assert 0.85 < largest.mean() / level < 1.05
    # Half of the largest drive of the noise.
    truth = np.zeros(p)
    drive = np.abs(noise_drives(Problem(X, sigma * rng.randn(n), truth))).max()
    assert 0.7 < drive / (2 * level) < 1.2


def test_universal_level_scales():
    assert universal_level(400, 50, 1.0) == pytest.approx(universal_level(100, 50, 1.0) / 2)
    assert universal_level(100, 50, 3.0) == pytest.approx(3 * universal_level(100, 50, 1.0))
    assert universal_level(100, 50, 0.0) == 0.0
    # k times its square is twice the minimax rate.
    assert 5 * universal_level(100, 50, 0.7) ** 2 == pytest.approx(
        2 * minimax_rate(100, 50, 5, 0.7)
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: universal_level(0, 10, 1.0), "n must be a whole number of at least 1"),
        (lambda p: universal_level(10, 1, 1.0), "p must be a whole number of at least 2"),
        (lambda p: universal_level(10, 10, -1.0), "sigma must be a finite number of at least 0"),
        (lambda p: incoherence(Problem(p.X, p.y)), "give the Problem a w_star"),
        (lambda p: incoherence(Problem(p.X, p.y, np.zeros(p.p))), "w_star has no non-zero entry"),
        (lambda p: noise_drives(Problem(p.X, p.y)), "give the Problem a w_star"),
        (lambda p: escape_time(1.0, 2, 0.1), "level must be positive, and finite at depth 2"),
        (lambda p: escape_time(1.0, 3, 0.1, -1.0), "level must be positive"),
        (lambda p: escape_time(1.0, 1.5, 0.1), "depth must be a finite number of at least 2"),
        (lambda p: orthogonal_time(1.0, 1.0, 3, 0.1), "weight must lie within"),
        (lambda p: off_support_bound(3, 0.0), "alpha must be a finite number"),
        (lambda p: early_stopping_window(p, 3, 0.1, tolerance=-1), "tolerance must be"),
        (lambda p: minimax_rate(10, 1, 1, 1.0), "p must be a whole number of at least 2"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(sparse_problem(10, 20, [1.0], 0.1))
