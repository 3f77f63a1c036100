"""The parts of the flow's integrator: coordinates, method, steps, dense output."""

from __future__ import annotations

from decimal import Decimal, getcontext

import numpy as np
import pytest
from flow_problems import sparse_problem
from scipy.integrate import solve_ivp

from implicit_sparsity.flow import gram, rodas5p
from implicit_sparsity.flow.advance import attempt
from implicit_sparsity.flow.changes import move, weight_changes, weights_after
from implicit_sparsity.flow.columns import parts
from implicit_sparsity.flow.coordinates import BalanceState, Network, update
from implicit_sparsity.flow.dense_output import DenseOutput
from implicit_sparsity.flow.linear_algebra import add_products, products
from implicit_sparsity.flow.points import Flow, views
from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.flow.step_bounds import (
    Attempt,
    QuadraticLoss,
    StepStart,
    step_bounds,
    terminal_mobility,
)
from implicit_sparsity.flow.steps import Steps


@pytest.mark.parametrize("depth", [2.0, 2.001, 2.5, 3.0, 6.0])
def test_factors_conserve_and_solve_the_flow(depth):
    """At any ρ: the conserved quantity, the mobility, and what a change of q does."""
    alpha, rho = 0.02, np.linspace(-8.0, 8.0, 33)
    network = Network.of(depth, alpha, one_sided=False)
    m = depth - 2
    balance = np.sign(rho) * np.expm1(m * np.abs(rho)) if m > 0 else rho
    state = BalanceState.at(network, balance.copy())
    u, v = state.powers ** (1 / depth)
    np.testing.assert_allclose(np.log(u / v), rho, atol=1e-12)
    if m == 0:
        np.testing.assert_allclose(u * v, alpha**2, rtol=1e-12)
    else:
        np.testing.assert_allclose(u**-m + v**-m, 2 * alpha**-m, rtol=1e-12)
    np.testing.assert_allclose(state.rates, depth * np.array([u, v]) ** m, rtol=1e-11)
    np.testing.assert_allclose(state.w, u**depth - v**depth, atol=1e-12 * state.powers.max())

    for size in (1e-4, 0.3):
        q, change = size / (state.rates.max(axis=0) * max(m, 1.0)), np.empty(rho.size)
        later = BalanceState.at(network, np.empty(rho.size))
        move(network, state, q, later.balance)
        update(network, later)
        weight_changes(network, state.rates, state.powers, q, change)
        scale = later.powers.max(axis=0)
        np.testing.assert_allclose((state.w + change) / scale, later.w / scale, atol=1e-13)
        if m > 0:
            u1 = (u**-m + m * depth * q) ** (-1 / m)
            np.testing.assert_allclose(later.powers[0], u1**depth, rtol=1e-11)
        if size < 0.1:
            slope = (later.w - state.w) / q
            np.testing.assert_allclose(-slope, (state.mobility + later.mobility) / 2, rtol=1e-5)


@pytest.mark.parametrize("depth", [2.5, 3.0, 6.0])
def test_a_step_beyond_a_blow_up_is_told(depth):
    """u^{−m} and v^{−m} are linear in q; where one of them would pass 0, no weights follow."""
    network = Network.of(depth, 0.1, one_sided=False)
    m, balance = depth - 2, np.array([0.0, 3.0, -3.0])
    state = BalanceState.at(network, balance.copy())
    later, ends = np.empty(3), np.array([-1.0, 1.0])[:, None] / (m * state.rates)
    for j in range(3):
        for side in (0, 1):
            q = np.zeros(3)
            q[j] = 0.99 * ends[side, j]
            assert move(network, state, q, later)
            q[j] = 1.01 * ends[side, j]
            assert not move(network, state, q, later)


@pytest.mark.parametrize("one_sided", [False, True])
@pytest.mark.parametrize("depth", [2.5, 3.0, 6.0])
def test_interpolated_weights_are_numbers_beyond_a_blow_up(depth, one_sided):
    """Interpolation may overshoot the end of a step that stops short of it."""
    network = Network.of(depth, 0.1, one_sided)
    edge = 1.0 / (network.m * network.initial_rate)
    q = edge * np.array([-1.5, -1.01, -0.99])[:, None]
    beyond, at_all, before = weights_after(network, np.zeros((1, 1)), np.zeros(3, np.intp), q)
    assert np.isfinite(at_all) and beyond == at_all > 1e3 * before > 0.0
    if not one_sided:
        other = weights_after(network, np.zeros((1, 1)), np.zeros(3, np.intp), -q)
        np.testing.assert_allclose(other, [-beyond, -at_all, -before], rtol=1e-14)


@pytest.mark.parametrize("depth", [2.0, 2.5, 3.0, 4.0])
def test_the_part_of_a_column_is_that_at_the_end_of_its_growth(depth):
    """γ h (2/n) ‖X_i‖² times the mobility, under a gradient that stays as it is."""
    network = Network.of(depth, 0.1, one_sided=False)
    state = BalanceState.at(network, np.array([50.0 if depth > 2.0 else 8.0]))
    loss, gradient = QuadraticLoss.of(np.array([[1.5]]), 1), np.array([-0.01])
    growth = -gradient * state.rates[0]
    for x in (0.005, 0.4):  # how far the logarithm of u goes, first too little to count
        h = x / growth[0]
        start = StepStart(state.w, np.zeros(1), gradient, growth, state.w)
        found = parts(network, state, loss, start, Attempt(h, 0.0, 1e9, 1.0, 0.0, 1e-3), np.inf)
        later = BalanceState.at(network, np.empty(1))
        move(network, state, h * gradient, later.balance)
        update(network, later)
        mobility = later.mobility if x > 0.01 else state.mobility
        expected = rodas5p.GAMMA * h * loss.curvature * mobility
        np.testing.assert_allclose(found, expected, rtol=2e-3)


@pytest.mark.parametrize("depth", [2.0, 2.5, 3.0, 3.5, 4.0, 6.0, 10.0])
def test_powers_have_all_digits(depth):
    """Against decimals of 50 digits, for one and two sides, however near the start."""
    getcontext().prec = 50
    alpha, m = 1e-9, Decimal(depth) - 2
    for one_sided in (False, True):
        network = Network.of(depth, alpha, one_sided)
        balance = np.concatenate([s * np.geomspace(1e-12, 10.0, 30) for s in (-1.0, 1.0)])
        state = BalanceState.at(network, balance)
        for j, b in enumerate(balance):
            size = Decimal(abs(b)).exp() if m == 0 else 1 + Decimal(abs(b))
            power = Decimal(depth) / m if m > 0 else Decimal(1)
            start = Decimal(alpha) ** Decimal(depth)
            if one_sided:
                w = start * size ** (power if b > 0 else -power)
            elif m == 0:
                w = start * (size - 1 / size) * (1 if b > 0 else -1)
            else:
                large = ((1 + size) / 2) ** power
                w = start * large * (1 - size**-power) * (1 if b > 0 else -1)
            assert state.w[j] == pytest.approx(float(w), rel=2e-14)


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


def test_what_is_given_in_time_keeps_the_order():
    """y' = λy + 1 + t + t², the last three given: exact for λ = 0, of order 5 otherwise."""
    given = np.stack([rodas5p.SHARE, rodas5p.LINEAR, rodas5p.QUADRATIC], axis=1)
    np.testing.assert_allclose(rodas5p.STEP @ given, [1.0, 1 / 2, 1 / 3], atol=1e-12)
    np.testing.assert_allclose(rodas5p.ERROR @ given, 0.0, atol=1e-12)
    theta = np.linspace(0, 1, 5)
    bend = theta * (1 - theta)
    basis = np.stack([theta, bend, bend * theta, bend * theta**2], axis=1)
    exact = np.stack([theta, theta**2 / 2, theta**3 / 3], axis=1)
    np.testing.assert_allclose(basis @ rodas5p.DENSE_IN_TIME, exact, atol=1e-9)

    rate, size = -2.0, rodas5p.STAGES
    errors = []
    for h in (0.1, 0.05):
        # (1 − γhλ) ζ = γ (hλ Aζ + Cζ) + what is given, which holds γ C of itself already.
        load = (np.eye(size) - rodas5p.GAMMA * rodas5p.C) @ given @ [h, h**2, h**3]
        matrix = (1 - rodas5p.GAMMA * h * rate) * np.eye(size)
        matrix -= rodas5p.GAMMA * (h * rate * rodas5p.A + rodas5p.C)
        found = rodas5p.STEP @ np.linalg.solve(matrix, load)
        sol = solve_ivp(lambda t, y: rate * y + 1 + t + t**2, (0, h), [0.0], rtol=1e-12, atol=1e-15)
        errors.append(abs(found - sol.y[0, -1]))
    assert np.log2(errors[0] / errors[1]) > 5.6


@pytest.mark.parametrize("depth", [2, 3])
def test_steps_and_dense_output_have_the_order_of_the_method(depth):
    """Fixed steps of the flow itself: all columns in, so the Jacobian is exact."""
    problem, end = sparse_problem(), 1.0
    network = Network.of(depth, 0.4, one_sided=False)
    exact = gradient_flow(problem, depth, 0.4, end, rtol=1e-10)
    loss, errors, between = QuadraticLoss.of(problem.X, problem.n), [], []
    for steps in (20, 40):
        flow, h = Flow.at_start(network, loss, problem.y, rtol=1e-14), end / steps
        taken = Steps.room(steps, problem.n, problem.p)
        taken.nodes[:], taken.h[:] = np.linspace(0, end, steps + 1), h
        taken.active[:] = problem.p
        columns, kappa = [], []
        for i in range(steps):
            here, there = i % 2, 1 - i % 2
            step = Attempt(h, h if i > 0 else 0.0, 1.0, 1.0, 1.0, flow.rtol)
            _, _, active, taken.zeta[i], coefficients = attempt(flow, here, step)
            taken.balance[i], taken.gradient[i] = flow.columns[here, 0], flow.columns[here, 8]
            taken.w[i], taken.w[i + 1] = (views(flow, at)[0].w for at in (here, there))
            assert (active == np.arange(problem.p)).all()
            columns.append(active)
            kappa.append(coefficients.T)
        taken = taken._replace(columns=np.concatenate(columns), kappa=np.concatenate(kappa))
        solution = DenseOutput(network, loss, taken)
        errors.append(np.abs(solution.w[-1] - exact.w[-1]).max())
        index, theta = np.arange(steps), np.full(steps, 0.6)
        gaps = solution.weights(index, theta) - exact.at(solution.time(index, theta))
        between.append(np.abs(gaps).max())
    assert np.log2(errors[0] / errors[1]) == pytest.approx(5.0, abs=0.6)
    assert np.log2(between[0] / between[1]) > 4.0


def test_kept_products_give_the_matrix_of_any_columns():
    """Also when more columns come to be active than are kept."""
    rng = np.random.default_rng(0)
    rows, kept = rng.normal(size=(40, 6)), gram.Gram.of(6, 40)
    for a in (0, 3, 6, 5, 6, 6, 1, 6, 9):
        columns, root = np.sort(rng.choice(40, a, replace=False)), rng.uniform(0.1, 3.0, a)
        L = np.tril(gram.factor(kept, rows, columns, root))
        S = root[:, None] * rows[columns]
        expected = S @ S.T if a <= 6 else S.T @ S
        np.testing.assert_allclose(L @ L.T, np.eye(min(a, 6)) + expected, atol=1e-12)


def test_products_are_kept_where_no_column_is_new():
    """Also where there is no room for another."""
    rows, kept = np.random.default_rng(0).normal(size=(40, 6)), gram.Gram.of(6, 40)
    for columns in ([3, 8, 9], [3, 8, 9, 11, 20, 30]):
        gram.factor(kept, rows, np.array(columns), np.ones(len(columns)))
    full = kept.place.copy()
    assert np.flatnonzero(full >= 0).tolist() == [3, 8, 9, 11, 20, 30]
    for columns in ([3, 8], [9, 30], [3, 8, 9, 11, 20, 30]):
        gram.factor(kept, rows, np.array(columns), np.ones(len(columns)))
        np.testing.assert_array_equal(kept.place, full)


@pytest.mark.parametrize("size", range(10))
def test_products_with_any_number_of_rows(size):
    """Several rows at a time, also where their number does not divide."""
    rng = np.random.default_rng(size)
    rows, vectors, coefficients = (rng.normal(size=shape) for shape in [(20, 7), (3, 7), (3, size)])
    which = rng.choice(20, size, replace=False)
    found, target = np.full((3, size), np.nan), vectors.copy()
    products(found, rows, which, vectors)
    np.testing.assert_allclose(found, vectors @ rows[which].T, atol=1e-13)
    add_products(target, coefficients, rows, which)
    np.testing.assert_allclose(target, vectors + coefficients @ rows[which], atol=1e-13)


@pytest.mark.parametrize("unit", [1.0, 1e-3])
@pytest.mark.parametrize("depth", [2.0, 2.5, 6.0])
def test_bounds_of_a_step_are_what_they_are_called(depth, unit):
    """In any unit of y; steepest is a bound of terminal mobilities that one column attains."""
    problem, network = sparse_problem(), Network.of(depth, 0.1 * unit ** (1 / depth), False)
    loss = QuadraticLoss.of(problem.X, problem.n)
    state, start = views(Flow.at_start(network, loss, unit * problem.y, 1e-4), 0)
    bounds = step_bounds(network, state, loss, start, 1e-4)
    steepness = np.abs(start.gradient)
    goal = np.abs(state.w) + steepness / loss.curvature
    mobility = np.array([terminal_mobility(network, at) for at in goal])
    assert bounds.stationarity == pytest.approx(steepness.max(), rel=1e-12)
    assert bounds.scale == pytest.approx((loss.norms * goal).max(), rel=1e-12)
    assert bounds.steepest == pytest.approx((mobility / goal).max(), rel=1e-12)
    haste = (steepness * mobility * loss.norms).max() / bounds.scale
    assert bounds.haste == pytest.approx(haste, rel=1e-12)


@pytest.mark.parametrize("depth", [2.0, 3.0])
@pytest.mark.parametrize(("part", "factor"), [(0.09, 10.0), (0.11, 3.0)])
def test_a_weight_below_a_tenth_of_the_tolerance_may_grow_tenfold(depth, part, factor):
    """Any other threefold, in a step under a gradient that stays as it is."""
    goal, rtol, m = 0.01, 1e-4, depth - 2.0
    alpha = (part * rtol * goal / 2) ** (1 / depth)  # u^N + v^N is this part of rtol × goal
    network, loss = Network.of(depth, alpha, False), QuadraticLoss.of(np.array([[1.0]]), 1)
    state, start = views(Flow.at_start(network, loss, np.array([goal]), rtol), 0)
    speed = depth * alpha**m * 2 * goal  # of log u
    way = (1 - factor ** (-m / depth)) / m if m > 0.0 else np.log(factor) / depth
    found = step_bounds(network, state, loss, start, rtol).max_step
    assert found == pytest.approx(way / speed, rel=1e-3)
