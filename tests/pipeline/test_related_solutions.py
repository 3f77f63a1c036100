"""What related systems measure, against independent solutions."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.optimize import linprog, minimize, minimize_scalar, nnls
from scipy.stats import norm
from sklearn.linear_model import lars_path, orthogonal_mp

from implicit_sparsity import Problem, gradient_flow, interpolating_limit
from implicit_sparsity.pipeline.related import (
    depth_two_statistics,
    group_sparsity,
    incremental_depth,
    momentum,
    non_negative_least_squares,
    penalised_factors,
    sequence_model,
    sparse_classification,
    sparse_outliers,
    stochastic_descent,
    weight_normalisation,
)
from implicit_sparsity.training import networks


@pytest.mark.parametrize("depth", [2, 3, 6])
def test_a_duration_is_the_integral_of_the_slowness(depth):
    found = incremental_depth.duration(depth, np.log(1e-3), 0.9)
    expected = quad(lambda w: w ** (2 / depth - 2) / (1 - w), 1e-3, 0.9, limit=200)[0]
    assert found == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_from_that_start_a_flow_learns_one_weight_just_before_the_other(depth):
    """On orthogonal columns, where the coordinates of a flow do not meet."""
    log = incremental_depth.log_start(depth, 1.5, arrived=0.9, begun=0.1)
    problem = Problem(np.sqrt(2) * np.eye(2), np.sqrt(2) * np.array([1, 1 / 1.5]))
    for factor, apart in ((0.8, True), (1.25, False)):
        start = (factor * np.exp(log)) ** (1 / depth)
        path = gradient_flow(problem, depth, start, one_sided=True, rtol=1e-8)
        arrives, begins = ((path.w[:, j] > at).argmax() for j, at in ((0, 0.9), (1, 0.1 / 1.5)))
        times = [
            np.interp(at, path.w[i - 1 : i + 1, j], path.time[i - 1 : i + 1])
            for i, j, at in ((arrives, 0, 0.9), (begins, 1, 0.1 / 1.5))
        ]
        assert (times[0] < times[1]) == apart


def test_matching_pursuit_is_that_of_scikit_learn():
    rng = np.random.default_rng(2)
    X = rng.standard_normal((30, 60))
    X /= np.linalg.norm(X, axis=0)
    y = X[:, :4] @ np.array([4.0, -3.0, 2.0, 1.0])
    chosen = incremental_depth.matching_pursuit(X, y, 6)
    for k in (1, 2, 3, 4):
        expected = np.flatnonzero(orthogonal_mp(X, y, n_nonzero_coefs=k))
        assert sorted(chosen[:k]) == expected.tolist()


def test_the_order_of_linear_regression_is_that_of_a_fine_descent():
    rng = np.random.default_rng(4)
    X = rng.standard_normal((15, 20))
    w_star = np.zeros(20)
    w_star[:3] = 3.0, 2.0, 1.0
    problem = Problem(X, X @ w_star, w_star)
    w, came = np.zeros(20), []
    for _ in range(60_000):
        w = w - 1e-4 * 2 / 15 * X.T @ (X @ w - problem.y)
        came += [j for j in np.flatnonzero(w > incremental_depth.IN) if j not in came]
    assert incremental_depth._order(problem, 1, 1e-4, 3) == came[:3]


def test_descent_finds_the_solution_of_the_active_set_method():
    rng = np.random.default_rng(5)
    X, truth = rng.standard_normal((20, 6)), rng.standard_normal(6)
    solution, norm = nnls(X, X @ truth)
    task = non_negative_least_squares._Task(X, X @ truth, solution)
    assert task.gap(np.zeros((1, 6)))[0] == pytest.approx(1 - norm**2 / (task.y @ task.y))
    keys = {"depth": 2, "sides": 1, "descent": "accelerated"}
    (found,) = non_negative_least_squares._run([task], keys, 0.5, 5000)
    assert found["gap"] < 1e-10 and 10 < found["iterations"] < 5000


@pytest.mark.parametrize("depth", [2, 3])
def test_penalised_factors_solve_the_problem_of_each_weight_alone(depth):
    """On orthogonal columns the collapsed objective is one of single weights."""
    target, penalty = np.array([1.5, -1.0, 0.05, 0.8]), 0.3
    problem = Problem(2.0 * np.eye(4), 2.0 * target)  # a loss of Σ(w − target)²
    settings = penalised_factors.Settings(4, 4, penalty, [depth], 20_000)
    start = np.full((depth, 4), 0.8)
    start[0] *= np.sign(target)
    keys = {"depth": depth, "form": "product", "penalty": 1.0}
    ((w, size),) = penalised_factors._run(settings, [problem], [start], keys)
    for found, aim in zip(np.abs(w), np.abs(target), strict=True):

        def objective(x, aim=aim):
            return (x - aim) ** 2 + penalty * x ** (2 / depth)

        near = minimize_scalar(objective, bounds=(aim / 2, aim), options={"xatol": 1e-10})
        best = near.x if near.fun < objective(0.0) else 0.0
        assert found == pytest.approx(best, abs=1e-5)
    assert size == pytest.approx(np.sum(np.abs(w) ** (2 / depth)), abs=1e-4)


def _errors(problem, iterations, start, step, weights):
    """‖w − w*‖² along a descent; ``step`` takes parameters, Xᵀ-gradient and iteration."""
    X, y, n = problem.X, problem.y, problem.n
    parameters, errors = start, []
    for t in range(iterations + 1):
        w = weights(*parameters)
        errors.append(np.sum((w - problem.truth) ** 2))
        parameters = step(*parameters, 2 / n * X.T @ (X @ w - y), t)
    return np.array(errors)


def _grouped(problem, settings, network):
    """Of groups u² v, normalised after every step or never; directions first have their own."""
    normalised, size = network == "normalised", settings.size
    groups, together = settings.p // size, False
    rate = 0.01 if normalised else 0.05

    def step(u, v, g, t):
        nonlocal together
        g = g.reshape(groups, size)
        du = -rate * 2 * u * np.sum(v * g, axis=1)
        of_directions = rate if together or not normalised else u**-4.0
        dv = -(of_directions * u**2)[:, None] * g
        together |= np.max(np.abs(du / u)) < 0.03
        v = v + dv
        return u + du, v / np.linalg.norm(v, axis=1)[:, None] if normalised else v

    entry = {"normalised": size**-0.5, "raw": 0.0, "against": group_sparsity.AGAINST}[network]
    start = np.full(groups, 1e-6 if normalised else 1e-3), np.full((groups, size), entry)
    iterations = settings.iterations if normalised else settings.raw_iterations
    return _errors(problem, iterations, start, step, lambda u, v: (u[:, None] ** 2 * v).ravel())


def _ungrouped(problem, settings, network):
    """Of u² − v², or of u² alone, where v stays 0."""

    def step(u, v, g, t):
        return u - 0.01 * u * g, v + 0.01 * v * g

    v = np.full(problem.p, 1e-6 if network == "two_sided" else 0.0)
    start = np.full(problem.p, 1e-6), v
    return _errors(problem, settings.sparse_iterations, start, step, lambda u, v: u**2 - v**2)


def test_groups_and_networks_without_are_plain_loops():
    settings = group_sparsity.Settings(40, 20, 2, 2, 600, 1500, 8000)
    table = group_sparsity.measure(settings, {0: np.random.default_rng(15)})
    pair = group_sparsity._draw(settings, np.random.default_rng(15))
    problems = dict(zip(("groups", "permuted"), pair, strict=True))
    assert len(table) == 8 and (table["best_error"] < 0.1).sum() == 7
    for row in table.itertuples():
        loop = _ungrouped if row.network.endswith("sided") else _grouped
        errors = loop(problems[row.truth], settings, row.network) / 4
        assert row.best_error == pytest.approx(errors.min(), rel=1e-6)
        assert row.last_error == pytest.approx(errors[-1], rel=1e-6)


def _doubling(problem, iterations, largest, doubles):
    """Errors of u² − v² whose steps double after each phase of 280, from the third on."""
    rate = np.full((2, problem.p), 1 / (20 * largest))

    def step(u, v, g, t):
        if doubles and t >= 560 and t % 280 == 0:
            rate[np.stack([u, v]) ** 2 <= largest / 2 ** (1 + t // 280)] *= 2
        return u - rate[0] * 2 * u * g, v + rate[1] * 2 * v * g

    start = np.full(problem.p, 1e-12), np.full(problem.p, 1e-12)
    return _errors(problem, iterations, start, step, lambda u, v: u**2 - v**2)


def _best_of_lars(problem):
    """Least ‖w − w*‖² on the path of the Lasso, which is straight between its knots."""
    corners = lars_path(problem.X, problem.y, method="lasso")[2].T - problem.truth
    here, along = corners[:-1], np.diff(corners, axis=0)
    t = np.clip(-np.sum(here * along, axis=1) / np.sum(along**2, axis=1), 0, 1)
    return np.min(np.sum((here + t[:, None] * along) ** 2, axis=1))


def test_gains_over_the_lasso_and_shares_of_iterations_are_plain_loops():
    """And the Lasso is that of least angle regression; ours has 200 penalties of its path."""
    settings = depth_two_statistics.Settings(
        16, 10, 30, [2, 4], [2], 1.0, 0.1, 700, 40, 2000, 14_000
    )
    table = depth_two_statistics.measure(settings, {0: np.random.default_rng(16)})
    rng = np.random.default_rng(16)
    for row in table[table["part"] == "lasso"].itertuples():
        problem = depth_two_statistics._problem(rng, int(row.n), 16, [row.signal] * int(row.k))
        best = _doubling(problem, 700, 1.0, doubles=True).min()
        assert row.gain == pytest.approx(np.log2(_best_of_lars(problem) / best), abs=0.02)
    for values in (64.0 / 2 ** np.arange(7), np.full(7, 8.0)):
        problem = depth_two_statistics._problem(rng, 40, 16, values)
        on = problem.X[:, :7]
        goal = 2 * np.sum((np.linalg.lstsq(on, problem.y)[0] - values) ** 2)
        first = [
            int(np.argmax(_doubling(problem, iterations, 64.0, doubles) <= goal))
            for iterations, doubles in ((2000, True), (14_000, False))
        ]
        weights = "graded" if values[0] == 64 else "equal"
        (share,) = table.loc[table["weights"] == weights, "share"]
        assert share == pytest.approx(first[0] / first[1], rel=1e-12)
        assert 560 < first[0] < first[1]


def test_what_normalised_descent_is_compared_with_is_where_the_plain_flow_ends():
    settings = weight_normalisation.Settings(8, 40, [0.2], [0.1], 0.1, 6000)
    table = weight_normalisation.measure(settings, {0: np.random.default_rng(17)})
    problem = weight_normalisation._draw(settings, np.random.default_rng(17))
    for row in table.itertuples():
        rest = gradient_flow(problem, 2, row.alpha, one_sided=True).t[-1]
        w = gradient_flow(problem, 2, row.alpha, 1e4 * rest, one_sided=True).w[-1]
        distance = np.linalg.norm(w - problem.truth) / np.linalg.norm(problem.truth)
        assert row.error_of_limit == pytest.approx(distance, rel=1e-3)
        assert row.fitted == (row.loss < 1e-6)
    plain = table[(table["radius_step"] == 0) & table["fitted"]]
    np.testing.assert_allclose(plain["error"], plain["error_of_limit"], rtol=0.02)
    assert len(plain)


def test_normalised_descent_is_a_plain_loop():
    settings = weight_normalisation.Settings(8, 40, [0.1], [0.1], 0.1, 3000)
    table = weight_normalisation.measure(settings, {0: np.random.default_rng(18)})
    problem = weight_normalisation._draw(settings, np.random.default_rng(18))
    r, a = 0.1 * np.sqrt(40), np.full(40, 40**-0.5)
    for _ in range(3000):
        norm = np.linalg.norm(a)
        x = r * a / norm
        residual = problem.X @ x**2 - problem.y
        if np.mean(residual**2) < weight_normalisation.ENDS:
            break
        g = 2 * x * (2 / 8 * problem.X.T @ residual)
        unit = a / norm
        r, a = r - 0.1 * 0.005 * unit @ g, a - 0.005 * r / norm * (g - unit * (unit @ g))
    (found,) = table.loc[table["radius_step"] == 0.1, "error"]
    w = (r * a / np.linalg.norm(a)) ** 2
    expected = np.linalg.norm(w - problem.truth) / np.linalg.norm(problem.truth)
    assert found == pytest.approx(expected, rel=1e-6)


def test_outliers_of_the_convex_solution_are_those_of_another_solver():
    """Of the dual: the largest yᵀν − ½‖Xᵀν‖² with all |ν_i| ≤ λ."""
    rng = np.random.default_rng(7)
    X, y = rng.standard_normal((12, 5)), 3 * rng.standard_normal(12)
    for penalty in (0.05, 0.5, 5.0):

        def dual(nu):
            theta = X.T @ nu
            return theta @ theta / 2 - y @ nu, X @ theta - y

        bounds = [(-penalty, penalty)] * 12
        options = {"ftol": 1e-15, "gtol": 1e-10, "maxiter": 10_000, "maxfun": 100_000}
        found = minimize(
            dual, np.zeros(12), jac=True, method="L-BFGS-B", bounds=bounds, options=options
        )
        theta = sparse_outliers.convex_solution(X, y, penalty)
        np.testing.assert_allclose(theta, X.T @ found.x, atol=1e-5)


def test_weights_with_outliers_are_linear_ones_beside_sparse_ones():
    network = networks.WithOutliers(samples=2)
    start = network.start(np.array(0.1), p=5)
    assert start["linear"].tolist() == [0, 0, 0] and start["v"].tolist() == [0.1, 0.1]
    weights = network.weights({**start, "linear": np.arange(3.0), "u": np.array([2.0, 0.0])})
    np.testing.assert_allclose(weights, [0, 1, 2, 3.99, -0.01])
    with pytest.raises(ValueError, match="fewer than 2 samples"):
        network.start(np.array(0.1), p=1)


@pytest.mark.parametrize("n", [100, 6400])
@pytest.mark.parametrize("depth", [2, 3, 5])
def test_a_sequence_is_learned_as_by_the_flow_of_its_factors(depth, n):
    """Of signals and of noise, by an ODE solver on a, b and β themselves."""
    eigenvalues = np.repeat([1.0, 0.1, 1e-3, 1e-6], 3)
    z = np.tile([1.0, -0.2, 2 / np.sqrt(n)], 4)
    start, times = n ** (-0.5 / depth), n ** ((depth - 1) / depth) * sequence_model.TIMES

    def flow(_, factors):
        a, b, beta = factors.reshape(3, -1)
        rest = z - a * b ** (depth - 2) * beta
        da = b ** (depth - 2) * beta * rest
        db = (depth - 2) * a * b ** (depth - 3) * beta * rest
        return np.concatenate([da, db, a * b ** (depth - 2) * rest])

    factors = np.concatenate([np.sqrt(eigenvalues), np.full(12, start), np.zeros(12)])
    options = {"method": "LSODA", "rtol": 1e-9, "atol": 1e-13}
    path = solve_ivp(flow, (0, times[-1]), factors, t_eval=times, **options).y
    a, b, beta = path.reshape(3, 12, -1)
    found = sequence_model.learned(z, eigenvalues, depth, start, times)
    assert np.abs(found).max() > 0.99
    expected = (a * b ** (depth - 2) * beta).T
    assert (np.abs(found - expected) <= 2e-3 * np.abs(z)).all()


def test_signals_beyond_the_last_coordinate_make_no_difference():
    """The best error is that of four times as many coordinates, as they are not learned."""
    settings = sequence_model.Settings([1600], [2], 5000, 1.5, 1.0, 2.0)
    noise = np.random.default_rng(3).standard_normal(20_000) / 40
    errors = []
    for p in (5000, 20_000):
        truth, beyond = sequence_model.signals(replace(settings, p=p), 2.0)
        assert np.sum(truth**2) + beyond == pytest.approx(np.pi**2 / 6)
        eigenvalues = np.arange(1.0, p + 1) ** -1.5
        times = 40 * sequence_model.TIMES
        found = sequence_model.learned(truth + noise[:p], eigenvalues, 2, 1600**-0.25, times)
        errors.append(sequence_model._best(found, truth, beyond)[1])
    assert errors[0] == pytest.approx(errors[1], rel=1e-3)


def test_a_heavy_ball_is_that_of_a_plain_loop():
    settings = momentum.Settings(6, 8, 2, 5.0, 0.1, [0.1], [0.9], 50.0)
    problem = momentum._problems(settings, np.random.default_rng(6))["uncentred"]
    ((found, loss),) = momentum.ends(settings, [problem], 0.1, 0.9)
    u, v = np.full(8, 0.1), np.full(8, 0.1)
    ball = [np.zeros(8), np.zeros(8)]
    for _ in range(5000):
        residual = problem.X @ (u**2 - v**2) - problem.y
        if np.mean(residual**2) < momentum.FITTED:
            break
        g = 2 / 6 * problem.X.T @ residual
        ball = [0.9 * ball[0] + 2 * u * g, 0.9 * ball[1] - 2 * v * g]
        u, v = u - 0.001 * ball[0], v - 0.001 * ball[1]
    np.testing.assert_allclose(found, u**2 - v**2, atol=1e-9)
    assert loss == pytest.approx(np.mean((problem.X @ found - problem.y) ** 2), rel=1e-6)


def test_with_little_inertia_it_ends_where_the_gradient_flow_does():
    """By the exact limit of the flow, the nearer the less the inertia."""
    settings = momentum.Settings(6, 8, 2, 5.0, 0.1, [0.1], [0.8], 300.0)
    problem = momentum._problems(settings, np.random.default_rng(6))["centred"]
    limit = interpolating_limit(problem, 2, 0.1)
    distances = [
        np.linalg.norm(momentum.ends(settings, [problem], inertia, 0.8)[0][0] - limit)
        for inertia in (0.1, 0.03, 0.01)
    ]
    assert distances == sorted(distances, reverse=True)
    assert 0 < distances[2] < 0.15 * distances[0]


def test_a_ball_that_diverges_is_infinitely_far():
    settings = momentum.Settings(6, 8, 2, 5.0, 0.1, [0.1], [0.9], 50.0)
    problem = momentum._problems(settings, np.random.default_rng(6))["uncentred"]
    ((w, loss),) = momentum.ends(settings, [problem], 50.0, 0.9)
    assert np.abs(w).min() > 1e99 and loss == np.inf


def test_descent_on_the_smoothed_hinge_is_a_plain_loop():
    """In u and v, with the derivative of the hinge by hand: −1, or −(1 − m)/γ near the margin 1."""
    settings = sparse_classification.Settings(20, 15, 2, [2, 3], [0.05, 0.2], 0.5, 60, 3, 2)
    table = sparse_classification.measure(settings, {0: np.random.default_rng(8)})
    task = sparse_classification._task(settings, np.random.default_rng(8))
    X, y, gamma = task.train.X, task.train.y, sparse_classification.GAMMA
    starts = {"small": {2: 0.05, 3: 0.2}, "large": {2: 0.5, 3: 0.5}, "linear": {1: 1.0}}
    for row in table[table["run"] != "l1"].itertuples():
        N, step = int(row.depth), 0.02 if row.run == "linear" else 0.2
        u = np.zeros(15) if N == 1 else np.full(15, starts[row.run][N])
        v, path = u.copy(), []
        for _ in range(61):
            w = u if N == 1 else u**N - v**N
            path.append(w)
            g = -X.T @ (y * np.clip((1 - y * (X @ w)) / gamma, 0, 1)) / len(y)
            if N == 1:
                u = u - step * g
            else:
                u, v = u - step * N * u ** (N - 1) * g, v + step * N * v ** (N - 1) * g
        hinge = [np.mean(np.maximum(0, 1 - task.y * (task.X @ w))) for w in path[::3]]
        assert row.iteration == (3 * int(np.argmin(hinge)) if row.stopped else 60)
        w = path[int(row.iteration)]
        expected = norm.cdf(-task.mean @ w / np.linalg.norm(w)) if w.any() else 0.5
        assert row.error == pytest.approx(expected, rel=1e-6)


def test_the_probability_of_error_is_the_share_of_many_fresh_samples():
    task = sparse_classification._task(
        sparse_classification.Settings(10, 5, 2, [2], [0.1], 0.5, 1, 1, 1), np.random.default_rng(9)
    )
    rng = np.random.default_rng(10)
    w, y = rng.standard_normal(5), rng.choice([-1.0, 1.0], 200_000)
    X = y[:, None] * task.mean + rng.standard_normal((y.size, 5))
    assert task.error(w) == pytest.approx(np.mean(np.sign(X @ w) != y), abs=0.005)
    assert task.error(task.mean) == pytest.approx(norm.cdf(-0.8 * np.sqrt(2)))


def test_weights_of_the_l1_hinge_are_those_of_the_primal_program():
    """In w⁺, w⁻ and the losses of the samples; the program of the module is its dual."""
    rng = np.random.default_rng(11)
    X, y = rng.standard_normal((25, 12)), rng.choice([-1.0, 1.0], 25)
    signed = y[:, None] * X
    for penalty in (0.02, 0.1, 10.0):
        cost = np.concatenate([np.full(24, penalty), np.full(25, 1 / 25)])
        bound = np.hstack([-signed, signed, -np.eye(25)])
        found = linprog(cost, A_ub=bound, b_ub=-np.ones(25), bounds=(0, None))
        w = sparse_classification.l1_hinge(Problem(X, y), penalty)
        np.testing.assert_allclose(w, found.x[:12] - found.x[12:24], atol=1e-9)
        objective = np.maximum(0, 1 - signed @ w).mean() + penalty * np.abs(w).sum()
        assert objective == pytest.approx(found.fun, rel=1e-9)


def test_stochastic_descent_is_a_plain_loop_over_the_same_rows():
    settings = stochastic_descent.Settings(
        8, 12, 0.1, [0.3], [0.05, 0.2], 5000, 8, 10, 1.0, 0.03, 60
    )
    rows = pd.DataFrame(stochastic_descent._steps(settings, {0: np.random.default_rng(12)}))
    rng = np.random.default_rng(12)
    X, w_star = rng.standard_normal((8, 12)), np.zeros(12)
    w_star[:3] = rng.choice([-1.0, 1.0], 3) / np.sqrt(3)
    seed = int(rng.integers(2**31))
    y = X @ w_star
    flow = gradient_flow(Problem(X, y), 2, 0.1 / np.sqrt(2), 2e5, rtol=1e-8).w[-1]
    assert rows["ratio"].notna().tolist() == [True, False, True]  # one step is too short
    assert rows["fits"].tolist() == [True, False, True]
    for row in rows.itertuples():
        chosen = _rows(seed, 8, 5000) if row.run == "stochastic" else [slice(None)] * 5000
        u, v = np.full(12, 0.1 * np.sqrt(2)), np.zeros(12)
        for i in chosen:
            if np.mean((X @ (u * v) - y) ** 2) < 1e-6:
                break
            g = np.atleast_2d(X[i]).T @ np.atleast_1d(X[i] @ (u * v) - y[i])
            g /= np.atleast_1d(y[i]).size
            u, v = u - row.step * g * v, v - row.step * g * u
        else:
            assert np.isnan(row.ratio)
            continue
        expected = np.linalg.norm(u * v - w_star) / np.linalg.norm(flow - w_star)
        assert row.ratio == pytest.approx(expected, rel=1e-4)


def _rows(seed, n, iterations):
    """The rows that JAX draws for the iterations of a seed."""
    with jax.enable_x64(True):
        key = jax.random.key(seed)

        def row(t):
            return jax.random.randint(jax.random.split(jax.random.fold_in(key, t))[0], (1,), 0, n)[
                0
            ]

        return np.asarray(jax.vmap(row)(np.arange(iterations)))


def test_noise_on_labels_is_a_plain_loop_with_the_same_noise():
    """Gradients of a quarter of the mean square, in v, and noise √n ξ_i on all labels."""
    settings = stochastic_descent.Settings(8, 12, 0.1, [0.3], [0.1], 10, 8, 10, 0.5, 0.03, 60)
    table = pd.DataFrame(stochastic_descent._labels(settings, {0: np.random.default_rng(13)}))
    rng = np.random.default_rng(13)
    X, w_star = rng.standard_normal((8, 10)), np.zeros(10)
    w_star[:5] = 1.0
    seed = int(rng.integers(2**31))
    for run, size in (("noisy", 0.5), ("plain", 0.0)):
        v, errors = np.ones(10), []
        for t in range(61):
            errors.append(np.sum((v**2 - w_star) ** 2))
            with jax.enable_x64(True):
                key = jax.random.split(jax.random.fold_in(jax.random.key(seed), t))[1]
                noise = np.sqrt(8) * size * np.asarray(jax.random.normal(key, (8,)))
            residual = X @ (v**2 - w_star) - noise
            v = v - (0.03 if t < 40 else 0.003) * X.T @ residual * v / 8
        part = table[table["run"] == run]
        np.testing.assert_allclose(part["error"], np.array(errors)[part["t"]], rtol=1e-8)


def test_noise_on_all_labels_has_the_covariance_of_noise_on_a_random_one():
    X = np.random.default_rng(14).standard_normal((5, 3))
    one = np.mean([np.outer(x, x) for x in X], axis=0)  # of the gradient ξ x_j, with ξ ~ N(0, 1)
    spread = np.sqrt(5) * X.T / 5  # gradients of all are this times independent ξ_i
    np.testing.assert_allclose(spread @ spread.T, one)
