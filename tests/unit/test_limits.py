"""Interpolating limits against closed forms, flows at their end, and direct minimisation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq, linprog, minimize_scalar

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.problem import Problem
from implicit_sparsity.theory.limits import implicit_norm, interpolating_limit, scaled_weight

#: A face of solutions of least ℓ1 norm, (1 − t, 2 (1 − t), 3t): depth chooses t.
FACE = Problem([[1, 1, 1], [3, 0, 1]], [3, 3])


def sparse_problem(n, p, noise=0.3, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.choice([-1.0, 1.0], (n, p))
    truth = np.zeros(p)
    truth[:3] = 1.0, -0.8, 0.6
    return Problem(X, X @ truth + noise * rng.standard_normal(n), truth)


def end_of_flow(problem, depth, alpha, one_sided=False):
    """The weights of a flow long after it has come to rest."""
    rest = gradient_flow(problem, depth, alpha, one_sided=one_sided).t[-1]
    return gradient_flow(problem, depth, alpha, 1e4 * rest, one_sided=one_sided).w[-1]


@pytest.mark.parametrize("alpha", [1.0, 0.1, 1e-3, 1e-8])
@pytest.mark.parametrize("depth", [2, 2.5, 3, 4, 5, 6])
def test_limit_is_the_end_of_the_flow(depth, alpha):
    problem = sparse_problem(20, 40)
    limit = interpolating_limit(problem, depth, alpha)
    np.testing.assert_allclose(problem.X @ limit, problem.y, atol=1e-12)
    np.testing.assert_allclose(limit, end_of_flow(problem, depth, alpha), atol=1e-4)


@pytest.mark.parametrize("alpha", [1.0, 1e-3, 1e-5, 1e-8])
@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_one_sided_limit_is_the_end_of_the_flow(depth, alpha):
    rng = np.random.default_rng(2)
    X = rng.choice([-1.0, 1.0], (15, 30))
    problem = Problem(X, X @ rng.exponential(size=30))
    limit = interpolating_limit(problem, depth, alpha, one_sided=True)
    assert (limit > 0).all()
    np.testing.assert_allclose(problem.X @ limit, problem.y, atol=1e-11)
    flow = end_of_flow(problem, depth, alpha, one_sided=True)
    np.testing.assert_allclose(limit, flow, atol=1e-4 * flow.max())


@pytest.mark.parametrize("one_sided", [True, False])
@pytest.mark.parametrize("depth", [3, 4, 5])
def test_limits_with_fewer_large_weights_than_samples(depth, one_sided):
    """What the small weights could still take away of the residual is below rounding."""
    for seed in range(4):
        rng = np.random.default_rng(seed)
        X, truth = rng.standard_normal((15, 40)), np.zeros(40)
        truth[:3] = 1 + rng.exponential(size=3)
        problem = Problem(X, X @ truth)
        for alpha in (1e-3, 1e-4, 1e-5, 1e-6):
            limit = interpolating_limit(problem, depth, alpha, one_sided)
            np.testing.assert_allclose(X @ limit, problem.y, atol=1e-8)
            # The error goes like α^N: these starts are small enough for all depths.
            np.testing.assert_allclose(limit, truth, atol=1e-5)
        flow = end_of_flow(problem, depth, 1e-4, one_sided)
        np.testing.assert_allclose(
            interpolating_limit(problem, depth, 1e-4, one_sided), flow, atol=1e-5
        )


@pytest.mark.parametrize("depth", [2, 2.5, 3, 4, 6])
def test_depth_chooses_among_solutions_of_least_l1_norm(depth):
    """Depth 2 minimises Σ|w| log|w| on the face, others maximise Σ|w|^{2/N}."""
    if depth == 2:
        t = (4 - 6 * 2 ** (1 / 3) + 9 * 2 ** (2 / 3)) / 31
    else:
        q = 2 / depth
        t = 1 / (1 + (3**q / (2**q + 1)) ** (-depth / (depth - 2)))
    limit = interpolating_limit(FACE, depth, 1e-4)
    np.testing.assert_allclose(limit, [1 - t, 2 * (1 - t), 3 * t], atol=1e-6)


@pytest.mark.parametrize("alpha", [3.0, 0.7, 0.2])
@pytest.mark.parametrize("depth", [2, 2.5, 3, 5])
def test_limit_minimises_the_implicit_norm(depth, alpha):
    """All solutions of FACE's equations are limit + x · null: minimise over x by brute force."""
    limit, null = interpolating_limit(FACE, depth, alpha), np.array([-1.0, -2.0, 3.0])
    found = minimize_scalar(
        lambda x: implicit_norm(limit + x * null, depth, alpha),
        bounds=(-0.5, 0.5),
        method="bounded",
        options={"xatol": 1e-9},
    )
    # Q is flat at its least: its rounding of some 1e-13 moves x by the root of that.
    assert found.x == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("depth", [2, 2.1, 3, 4, 10])
@pytest.mark.parametrize("w", [1e-4, 0.3, 5.0, 300.0])
def test_implicit_norm_is_the_integral_of_the_inverse(depth, w):
    alpha = 0.8
    z = 0.9999 if depth > 2 else 12.0
    top = alpha**depth * float(scaled_weight(z, depth))
    if w > top:
        pytest.skip("beyond what the quadrature reaches")
    # ∫ z dw by parts: w z − ∫ w dz, up to the z of w.
    end = brentq(lambda z: alpha**depth * float(scaled_weight(z, depth)) - w, 0.0, z, xtol=1e-15)
    area = quad(lambda z: alpha**depth * float(scaled_weight(z, depth)), 0.0, end, epsabs=0.0)[0]
    assert implicit_norm([w], depth, alpha) == pytest.approx(w * end - area, rel=1e-6)
    assert implicit_norm([-w], depth, alpha) == implicit_norm([w], depth, alpha)


def test_large_starts_give_the_least_norm_and_small_ones_basis_pursuit():
    problem = sparse_problem(20, 40)
    X, y = problem.X, problem.y
    least = np.linalg.pinv(X) @ y
    np.testing.assert_allclose(interpolating_limit(problem, 3, 100.0), least, atol=1e-8)
    pursuit = linprog(np.ones(80), A_eq=np.hstack([X, -X]), b_eq=y)
    for depth in (3, 4, 8):
        limit = interpolating_limit(problem, depth, 1e-6)
        np.testing.assert_allclose(limit, pursuit.x[:40] - pursuit.x[40:], atol=1e-7)


def test_what_cannot_be_fitted_is_left_out():
    tall = sparse_problem(60, 12)
    for depth, alpha in ((2, 0.1), (3, 1e-6)):
        limit = interpolating_limit(tall, depth, alpha)
        np.testing.assert_allclose(limit, np.linalg.lstsq(tall.X, tall.y)[0], atol=1e-10)
    twice = Problem(np.vstack([FACE.X, FACE.X]), [3, 3, 5, 3])
    once = Problem(FACE.X, [4, 3])
    for depth in (2, 3):
        limits = [interpolating_limit(problem, depth, 0.1) for problem in (twice, once)]
        np.testing.assert_allclose(*limits, atol=1e-10)


def test_nothing_to_fit():
    still = Problem(np.eye(3), np.zeros(3))
    assert (interpolating_limit(still, 3, 0.1) == 0).all()
    np.testing.assert_allclose(interpolating_limit(still, 3, 0.1, one_sided=True), 0.1**3)
    empty_columns = Problem(np.array([[1.0, 0.0]]), np.array([1.0]))
    np.testing.assert_allclose(interpolating_limit(empty_columns, 2.5, 0.1), [1.0, 0.0])


def test_what_doubles_do_not_tell_is_an_error():
    with pytest.raises(ArithmeticError, match=r"several weights of least l1 norm.*raise alpha"):
        interpolating_limit(FACE, 10, 1e-6)


@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_whether_positive_weights_fit_does_not_depend_on_units(unit):
    rows = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    fits, misses = Problem(rows, [unit, unit]), Problem(rows, [unit, -unit])
    limit = interpolating_limit(fits, 3, 0.1 * unit ** (1 / 3), one_sided=True)
    np.testing.assert_allclose(rows @ limit, fits.y, rtol=1e-6)
    with pytest.raises(ValueError, match="No positive weights fit the data"):
        interpolating_limit(misses, 3, 0.1 * unit ** (1 / 3), one_sided=True)


@pytest.mark.parametrize("seed", range(16, 26))
def test_a_one_sided_limit_with_zeros_is_found_or_refused(seed):
    """So few weights that no other positive ones fit the data, in some of the cases."""
    X = np.random.default_rng(seed).standard_normal((10, 20))
    problem = Problem(X, X[:, :3] @ [1.0, 1.0, 0.7])
    try:
        limit = interpolating_limit(problem, 2, 0.1, one_sided=True)
    except ArithmeticError as error:
        assert seed in {18, 25} and "may have weights of zero" in str(error)
    else:
        assert (limit > 0).all()
        np.testing.assert_allclose(X @ limit, problem.y, atol=1e-8)


def test_a_one_sided_network_needs_positive_weights():
    with pytest.raises(ValueError, match="No positive weights fit"):
        interpolating_limit(Problem([[1.0, 1.0]], [-1.0]), 3, 0.1, one_sided=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((1.5, 0.1), "depth must be"), ((3, 0.0), "alpha must be"), ((3, np.nan), "alpha must be")],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        interpolating_limit(FACE, *arguments)
    with pytest.raises(ValueError, match=message):
        implicit_norm([1.0], *arguments)


# --- a linear part ------------------------------------------------------------------------------


@pytest.mark.parametrize(("depth", "alpha"), [(2, 0.1), (3, 0.2), (4, 0.3)])
def test_the_limit_with_a_linear_part_is_the_end_of_its_flow(depth, alpha):
    """w = u^N − v^N + λq from u = v = α, q = 0, by a stiff solver."""
    problem, linear = sparse_problem(5, 8), 0.3
    X, y, (n, p) = problem.X, problem.y, problem.X.shape

    def slope(t, z):
        u, v, q = z.reshape(3, p)
        g = 2 / n * X.T @ (X @ (u**depth - v**depth + linear * q) - y)
        return np.concatenate(
            [-depth * u ** (depth - 1) * g, depth * v ** (depth - 1) * g, -linear * g]
        )

    start = np.concatenate([np.full(2 * p, alpha), np.zeros(p)])
    end = solve_ivp(slope, (0, 1e4), start, method="LSODA", rtol=1e-10, atol=1e-12).y[:, -1]
    u, v, q = end.reshape(3, p)
    limit = interpolating_limit(problem, depth, alpha, linear=linear)
    np.testing.assert_allclose(limit, u**depth - v**depth + linear * q, atol=1e-6)


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_a_large_linear_part_leads_to_the_least_l2_norm(depth):
    problem = sparse_problem(20, 40)
    least = np.linalg.lstsq(problem.X, problem.y)[0]
    limit = interpolating_limit(problem, depth, 1e-4, linear=100.0)
    np.testing.assert_allclose(limit, least, atol=1e-3 * np.abs(least).max())
    small = interpolating_limit(problem, depth, 1e-4, linear=1e-12)
    without = interpolating_limit(problem, depth, 1e-4)
    np.testing.assert_allclose(small, without, atol=1e-8)


def test_a_one_sided_network_has_no_linear_part():
    with pytest.raises(ValueError, match="no linear part"):
        interpolating_limit(sparse_problem(4, 9), 2, 0.1, one_sided=True, linear=0.1)
    with pytest.raises(ValueError, match="linear"):
        interpolating_limit(sparse_problem(4, 9), 2, 0.1, linear=-1)
