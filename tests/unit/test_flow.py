"""Gradient flow against stiff solvers, closed forms, gradient descent, and its own tolerance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import hadamard
from scipy.optimize import nnls

from implicit_sparsity.flow import integrate, linear_algebra, rodas5p
from implicit_sparsity.flow.coordinates import BalanceState, Network, log_factor_change
from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.flow.step import Stepper
from implicit_sparsity.flow.step_control import StepError
from implicit_sparsity.problem import Problem
from implicit_sparsity.theory.escape import orthogonal_time

DEPTHS = [2, 2.5, 3, 4]


def sparse_problem(n=12, p=18, w_star=(1.0, -0.7), noise=0.1, seed=0):
    """A design of entries ±1 with a sparse truth at the first coordinates."""
    rng = np.random.default_rng(seed)
    X = rng.choice([-1.0, 1.0], (n, p))
    truth = np.zeros(p)
    truth[: len(w_star)] = w_star
    return Problem(X, X @ truth + noise * rng.normal(size=n), truth)


def orthogonal_problem(goals):
    """A design with XᵀX/n = I whose least squares weights are ``goals``."""
    X = hadamard(8).astype(float)
    return Problem(X, X @ goals)


@pytest.fixture(scope="module")
def authors_like():
    """n = 100, p = 200, five weights of 1, noise 0.5."""
    return sparse_problem(100, 200, np.ones(5), 0.5, seed=42)


def raw_flow(problem, depth, alpha, times, one_sided):
    """u and v, shape (p, len(times)) each, by an implicit Runge–Kutta method on u' and v'."""
    X, y, p = problem.X, problem.y, problem.p

    def field(_, z):
        u, v = np.maximum(z[:p], 0.0), np.maximum(z[p:], 0.0)
        g = 2 / problem.n * X.T @ (X @ (u**depth - v**depth) - y)
        return depth * np.concatenate([-(u ** (depth - 1)) * g, v ** (depth - 1) * g])

    start = np.concatenate([np.full(p, alpha), np.full(p, 0.0 if one_sided else alpha)])
    solution = solve_ivp(
        field, (0, times[-1]), start, method="Radau", rtol=1e-9, atol=1e-12, t_eval=times
    )
    return solution.y[:p], solution.y[p:]


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
    if not one_sided:
        m = depth - 2
        conserved = u * v if m == 0 else (u**-m + v**-m) / 2
        np.testing.assert_allclose(conserved, alpha**2 if m == 0 else alpha**-m, rtol=1e-6)


@pytest.mark.parametrize("depth", [2.0, 2.001, 2.5, 3.0, 6.0])
def test_factors_conserve_and_solve_the_flow(depth):
    """At any ρ: the conserved quantity, the mobility, and ρ(q) as dρ/dq says."""
    alpha, rho = 0.02, np.linspace(-8.0, 8.0, 33)
    network = Network.of(depth, alpha, one_sided=False)
    state, m = BalanceState.at(network, rho.copy()), depth - 2
    u, v = state.powers ** (1 / depth)
    np.testing.assert_allclose(np.log(u / v), rho, atol=1e-12)
    if m == 0:
        np.testing.assert_allclose(u * v, alpha**2, rtol=1e-12)
    else:
        np.testing.assert_allclose(u**-m + v**-m, 2 * alpha**-m, rtol=1e-12)
    np.testing.assert_allclose(state.rates, depth * np.array([u, v]) ** m, rtol=1e-11)
    np.testing.assert_allclose(state.w, u**depth - v**depth, atol=1e-12 * state.powers.max())

    q = 1e-4 / state.rates.max(axis=0)
    moved = [
        rho[j]
        + log_factor_change(state.rates[0, j], q[j], m)
        - log_factor_change(state.rates[1, j], -q[j], m)
        for j in range(rho.size)
    ]
    later = BalanceState.at(network, np.array(moved))
    slope = (later.w - state.w) / q
    np.testing.assert_allclose(-slope, (state.mobility + later.mobility) / 2, rtol=1e-5)


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
    problem, times = sparse_problem(20, 40, (1.0, 0.6), 0.3), np.linspace(0, 60, 601)
    exact = gradient_flow(problem, depth, 0.1, 60.0, rtol=1e-9, one_sided=one_sided).at(times)
    tolerances = np.array([1e-3, 1e-4, 1e-5, 1e-6])
    errors = []
    for rtol in tolerances:
        path = gradient_flow(problem, depth, 0.1, 60.0, rtol=rtol, one_sided=one_sided)
        errors.append(np.abs(path.at(times) - exact).max() / np.abs(exact).max())
    assert (errors < 10 * tolerances).all()
    slope = np.polyfit(np.log(tolerances), np.log(errors), 1)[0]
    assert slope == pytest.approx(1.0, abs=0.25)


def test_tolerance_holds_for_columns_of_different_scales():
    """Errors count in units of the response: a faint column does not loosen the others."""
    problem = sparse_problem(20, 40, (1.0, 0.6), 0.3)
    scales = np.geomspace(1e-2, 3.0, 40)
    scaled, times = Problem(problem.X * scales, problem.y), np.linspace(0, 60, 301)
    exact = gradient_flow(scaled, 3, 0.1, 60.0, rtol=1e-9).at(times) * scales
    for rtol in (1e-2, 1e-4):
        found = gradient_flow(scaled, 3, 0.1, 60.0, rtol=rtol).at(times) * scales
        assert np.abs(found - exact).max() < 10 * rtol * np.abs(exact).max()


def test_coefficients_have_their_orders_on_a_smooth_system():
    """Order 5 for the step, 4 embedded and in between, on a system with its exact Jacobian."""
    A, C, gamma = rodas5p.A, rodas5p.C, rodas5p.GAMMA

    def field(y):
        return np.array([y[1] * y[0] - y[0] ** 2, np.sin(y[0]) - y[1]])

    def stages(y, h):
        J = np.array([[y[1] - 2 * y[0], y[0]], [np.cos(y[0]), -1.0]])
        k = np.zeros((rodas5p.STAGES, 2))
        for i in range(rodas5p.STAGES):
            b = gamma * (h * field(y + A[i] @ k) + C[i] @ k)
            k[i] = np.linalg.solve(np.eye(2) - gamma * h * J, b)
        return k

    y0 = np.array([1.0, 0.5])
    exact = solve_ivp(
        lambda _, y: field(y), (0, 1), y0, "DOP853", rtol=1e-13, atol=1e-14, dense_output=True
    ).sol
    ends, embedded, between = [], [], []
    for steps in (10, 20):
        h, y = 1 / steps, y0
        k = stages(y, h)
        embedded.append(np.abs(rodas5p.ERROR @ k).max())
        theta = 0.4
        bend = theta * (1 - theta)
        basis = np.array([theta, bend, bend * theta, bend * theta**2])
        between.append(np.abs(y + basis @ rodas5p.DENSE @ k - exact(theta * h)).max())
        for _ in range(steps):
            y = y + rodas5p.STEP @ stages(y, h)
        ends.append(np.abs(y - exact(1)).max())
    assert np.log2(ends[0] / ends[1]) == pytest.approx(5.0, abs=0.2)
    # One step of an order-4 formula errs like h⁵.
    assert np.log2(embedded[0] / embedded[1]) == pytest.approx(5.0, abs=0.3)
    assert np.log2(between[0] / between[1]) == pytest.approx(5.0, abs=0.3)


def test_method_is_stable_in_the_left_half_plane_and_at_infinity():
    size = rodas5p.STAGES
    B = np.linalg.inv(np.eye(size) - rodas5p.GAMMA * rodas5p.C)

    def growth(z):
        """y₁/y₀ for y' = zy, h = 1: (I − γz − γC − γzA) k = γz 1."""
        matrix = (1 - rodas5p.GAMMA * z) * np.eye(size)
        matrix = matrix - rodas5p.GAMMA * (rodas5p.C + z * rodas5p.A)
        return 1 + rodas5p.STEP @ np.linalg.solve(matrix, rodas5p.GAMMA * z * np.ones(size))

    assert all(abs(growth(1j * x)) <= 1 + 1e-9 for x in np.geomspace(1e-3, 1e4, 200))
    assert abs(growth(-1e10)) < 1e-7
    np.testing.assert_allclose(rodas5p.SHARE, rodas5p.GAMMA * B @ np.ones(size), atol=1e-12)


@pytest.mark.parametrize("depth", [2, 3])
def test_steps_and_dense_output_have_the_order_of_the_method(depth):
    """Fixed steps of the flow itself: all columns in, so the Jacobian is exact."""
    problem, end = sparse_problem(), 1.0
    network = Network.of(depth, 0.4, one_sided=False)
    exact = gradient_flow(problem, depth, 0.4, end, rtol=1e-10)
    errors, between = [], []
    for steps in (20, 40):
        stepper = Stepper(network, problem.X, problem.y, problem.n, rtol=1e-14)
        times, nodes, segments = np.linspace(0, end, steps + 1), [stepper.state.w.copy()], []
        for _ in range(steps):
            stepper.attempt(end / steps)
            segments.append(stepper.segment)
            stepper.accept()
            nodes.append(stepper.state.w.copy())
        solution = type(exact.solution)(network, problem.X, problem.n, times, nodes, segments)
        errors.append(np.abs(nodes[-1] - exact.w[-1]).max())
        index, theta = np.arange(steps), np.full(steps, 0.6)
        gaps = solution.weights(index, theta) - exact.at(solution.time(index, theta))
        between.append(np.abs(gaps).max())
    assert np.log2(errors[0] / errors[1]) == pytest.approx(5.0, abs=0.6)
    assert np.log2(between[0] / between[1]) > 4.0


def test_events_lie_on_the_dense_output(authors_like):
    path = gradient_flow(authors_like, 4, 0.1, 400.0, tolerance=0.2)
    support = authors_like.support
    off = np.delete(np.arange(authors_like.p), support)

    def distance(t):
        return np.abs(path.at(t)[:, support] - 1.0).max(axis=1)

    def noise(t):
        return np.abs(path.at(t)[:, off]).max(axis=1)

    def error(t):
        return ((path.at(t) - authors_like.w_star) ** 2).sum(axis=1)

    events, times = path.events, np.linspace(0, 400, 8001)
    assert events.tolerance == 0.2 and events.bound == 0.1
    reached, exceeded = events.support_reached, events.off_support_exceeded
    assert distance(reached) == pytest.approx(0.2, abs=1e-6)
    assert (distance(times[times < reached - 1e-6]) >= 0.2).all()
    assert noise(exceeded) == pytest.approx(0.1, abs=1e-6)
    assert (noise(times[times < exceeded - 1e-6]) <= 0.1).all()
    assert error(events.best_t) == pytest.approx(events.best_error, rel=1e-9)
    assert events.best_error <= error(times).min() * (1 + 1e-6)
    assert reached < events.best_t < exceeded

    trace = path.trace
    assert trace.t.size >= 300 and (np.diff(trace.t) > 0).all()
    np.testing.assert_allclose(trace.on_support, distance(trace.t), atol=1e-9)
    np.testing.assert_allclose(trace.off_support, noise(trace.t), atol=1e-9)
    np.testing.assert_allclose(trace.error, error(trace.t), rtol=1e-7)
    residual = path.at(trace.t) @ authors_like.X.T - authors_like.y
    np.testing.assert_allclose(trace.loss, (residual**2).mean(axis=1), rtol=1e-7)


def test_events_that_never_happen_or_hold_at_once():
    problem = sparse_problem()
    early = gradient_flow(problem, 3, 0.1, 0.5).events
    assert early.support_reached is None and early.off_support_exceeded is None
    assert early.best_t == 0.5
    at_once = gradient_flow(problem, 3, 0.1, 0.5, tolerance=1.5).events
    assert at_once.support_reached == 0.0
    unknown = gradient_flow(Problem(problem.X, problem.y), 3, 0.1, 0.5)
    assert unknown.events.best_error is None and unknown.events.support_reached is None
    assert np.isnan(unknown.trace.error).all() and np.isfinite(unknown.trace.loss).all()
    dense = gradient_flow(Problem(problem.X, problem.y, np.ones(problem.p)), 3, 0.1, 0.5)
    assert (dense.trace.off_support == 0).all() and dense.events.off_support_exceeded is None
    wrong = gradient_flow(Problem(problem.X, problem.y, -problem.w_star), 3, 0.1, 5.0).events
    assert wrong.best_t == 0.0 and wrong.best_error == pytest.approx(1.49)


def test_small_starts_cost_hardly_more_and_keep_their_digits(authors_like):
    """At N = 6 from α = 0.1 to 1e-8: times scale like α^{-4}, steps stay below twice as many."""
    starts, scaled, steps, best = [1e-1, 1e-3, 1e-6, 1e-8], [], [], []
    for alpha in starts:
        path = gradient_flow(authors_like, 6, alpha, 0.2 * alpha**-4)
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


def test_default_end_is_interpolation_or_the_best_fit():
    wide = sparse_problem(12, 30, noise=0.5)
    path = gradient_flow(wide, 3, 0.05)
    assert path.trace.loss[-1] < 1e-3 * path.trace.loss[0]
    tall = sparse_problem(60, 12, noise=2.0)
    path = gradient_flow(tall, 2, 0.1)
    best, residual = np.linalg.lstsq(tall.X, tall.y, rcond=None)[:2]
    np.testing.assert_allclose(path.w[-1], best, atol=0.02)
    assert path.trace.loss[-1] == pytest.approx(residual[0] / tall.n, rel=1e-3)
    positive = gradient_flow(tall, 2, 0.1, one_sided=True)
    np.testing.assert_allclose(positive.w[-1], nnls(tall.X, tall.y)[0], atol=0.05)


def test_more_samples_than_coordinates_give_the_same_flow_as_the_raw_equations():
    problem, times = sparse_problem(40, 6, noise=1.0), np.linspace(0, 10, 11)
    u, v = raw_flow(problem, 3, 0.3, times, one_sided=False)
    path = gradient_flow(problem, 3, 0.3, 10.0, rtol=1e-7)
    np.testing.assert_allclose(path.at(times), (u**3 - v**3).T, atol=3e-7)


def test_records_and_dense_output():
    problem = sparse_problem()
    path = gradient_flow(problem, 3, 0.1, 20.0)
    assert path.t[0] == 0.0 and path.t[-1] == 20.0 and path.t.size == path.steps + 1
    assert (path.w[0] == 0).all()
    np.testing.assert_allclose(path.at(path.t), path.w, atol=1e-12)
    assert (path.time == path.t).all()
    assert path.steps_until(0.0) == 0 and path.steps_until(20.0) == path.steps
    records = gradient_flow(problem, 3, 0.1, 20.0, record_at=[1.5, 7.25])
    np.testing.assert_array_equal(records.t, [0.0, 1.5, 7.25, 20.0])
    np.testing.assert_allclose(records.w, path.at([0.0, 1.5, 7.25, 20.0]), atol=1e-12)
    assert gradient_flow(problem, 3, 0.1, record_at=[1.5, 7.25]).t[-1] == 7.25
    with pytest.raises(ValueError, match=r"times must be numbers within \[0, 20\]"):
        path.at([20.1])
    with pytest.raises(ValueError, match="times must be numbers"):
        path.at([np.nan])


def test_identical_columns_share_their_weight():
    problem = sparse_problem(20, 30, (1.0, 0.8), 0.2, seed=3)
    X = np.hstack([problem.X, problem.X[:, :2]])
    path = gradient_flow(Problem(X, problem.y), 4, 0.05, 400.0)
    np.testing.assert_allclose(path.w[-1, :2], path.w[-1, -2:], rtol=1e-6)
    np.testing.assert_allclose(2 * path.w[-1, :2], [1.0, 0.8], atol=0.2)


def test_factor_survives_columns_parallel_to_rounding():
    """Cholesky fails at 1 + 5e18 against 5e18; QR of the columns themselves does not."""
    gram, L = linear_algebra.cholesky(np.full((2, 5), 1e9))
    np.testing.assert_allclose(gram, 5e18)
    solved = np.array([1.0, -1.0])
    linear_algebra.solve_cholesky(L, solved)
    np.testing.assert_allclose(solved, [1.0, -1.0], rtol=1e-6)


def test_nothing_to_do():
    still = Problem(np.eye(3), np.zeros(3), np.zeros(3))
    for t_max in (None, 5.0):
        path = gradient_flow(still, 3, 0.1, t_max)
        assert (path.w == 0).all() and (path.trace.loss == 0).all()
    assert path.t[-1] == 5.0 and path.events.support_reached == 0.0
    empty_column = Problem(np.array([[1.0, 0.0]]), np.array([1.0]))
    path = gradient_flow(empty_column, 2.5, 0.1, 50.0)
    np.testing.assert_allclose(path.w[-1], [1.0, 0.0], atol=1e-4)


def test_steps_that_cannot_be_taken_are_errors(monkeypatch):
    problem = sparse_problem()
    monkeypatch.setattr(integrate, "MAX_STEPS", 3)
    with pytest.raises(StepError, match=r"more than 3 steps.*lower t_max or raise rtol"):
        gradient_flow(problem, 3, 0.1, 20.0)
    monkeypatch.undo()
    monkeypatch.setattr(Stepper, "attempt", lambda self, h: np.inf)
    with pytest.raises(StepError, match=r"cannot be taken.*raise rtol"):
        gradient_flow(problem, 3, 0.1, 20.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"depth": 1.9}, "depth must be a finite number of at least 2"),
        ({"depth": np.inf}, "depth must be a finite number"),
        ({"depth": "3"}, "depth must be a finite number"),
        ({"alpha": 0.0}, "alpha must be positive"),
        ({"alpha": -1.0}, "alpha must be positive and finite"),
        ({"alpha": 1e-80, "depth": 6}, "alpha = 1e-80 at depth 6 leaves the range"),
        ({"t_max": 0.0}, "t_max must be positive"),
        ({"t_max": np.nan}, "t_max must be positive and finite"),
        ({"rtol": 1e-11}, "rtol must be a finite number from 1e-10 to 0.1"),
        ({"tolerance": 0.0}, "tolerance must be positive"),
        ({"bound": -1.0}, "bound must be positive and finite"),
        ({"record_at": [1.0, 1.0]}, "record_at must be strictly increasing"),
        ({"record_at": [-1.0]}, "record_at must be a finite number of at least 0"),
        ({"record_at": [1.0, 3.0]}, r"record_at must lie within \[0, 2\]"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    given = {"depth": 3, "alpha": 0.1, "t_max": 2.0} | arguments
    with pytest.raises(ValueError, match=message):
        gradient_flow(sparse_problem(), **given)
