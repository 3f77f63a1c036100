"""What related systems measure, against independent solutions of the same problems."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from sklearn.linear_model import Lasso

from implicit_sparsity import Problem, gradient_flow, incremental_path
from implicit_sparsity.metrics import relative_error
from implicit_sparsity.pipeline.related import (
    decay_then_none,
    limit_by_start,
    noiseless_recovery,
    saddle_to_saddle,
    which_l1_minimiser,
)
from implicit_sparsity.theory.incremental import rescaled_time


def rng(seed=0):
    return np.random.default_rng(seed)


# --- which_l1_minimiser -------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [2, 2.5, 3, 4])
def test_no_other_weights_of_the_segment_are_better(depth):
    """A fine grid over the whole segment; all of it fits the data and has the same norm."""
    problem, inside, along = which_l1_minimiser.segment(4, 2, rng())
    w = which_l1_minimiser.chosen(inside, along, depth)
    used = inside != 0
    steps = -(inside[used] / along[used])
    low, high = steps[steps < 0].max(), steps[steps > 0].min()
    grid = inside + np.linspace(low, high, 20_001)[1:-1, None] * along
    np.testing.assert_allclose(problem.X @ grid.T, np.tile(problem.y, (len(grid), 1)).T, atol=1e-12)
    norms = np.abs(grid).sum(axis=1)
    np.testing.assert_allclose(norms, norms[0])

    def badness(w):
        w = np.abs(w[..., used])
        return (w * np.log(w)).sum(-1) if depth == 2 else -(w ** (2 / depth)).sum(-1)

    best = badness(grid).argmin()
    assert badness(w) <= badness(grid)[best] + 1e-14
    assert np.linalg.norm(w - grid[best]) < 2 * np.linalg.norm(grid[1] - grid[0])


def test_the_segment_of_the_source():
    """X = [[1,1,1],[3,0,1]], y = (3,3): (1 − t, 2 (1 − t), 3 t), t known in closed form."""
    inside, along = np.array([0.5, 1.0, 1.5]), np.array([-1.0, -2.0, 3.0])
    ratio = 3 ** (2 / 3) / (2 ** (2 / 3) + 1)
    closed = {2: (4 - 6 * 2 ** (1 / 3) + 9 * 2 ** (2 / 3)) / 31, 3: 1 / (1 + ratio**-3)}
    for depth, t in closed.items():
        w = which_l1_minimiser.chosen(inside, along, depth)
        np.testing.assert_allclose(w, [1 - t, 2 * (1 - t), 3 * t], rtol=1e-12)


# --- limits -------------------------------------------------------------------------------------


def end_of_flow(problem, depth, alpha):
    rest = gradient_flow(problem, depth, alpha).t[-1]
    return gradient_flow(problem, depth, alpha, 1e4 * rest).w[-1]


def test_errors_of_limits_are_those_of_flows_and_of_least_norms():
    settings = limit_by_start.Settings(10, 30, 2, 0.1, [2, 3], [5, 0.05])
    table = limit_by_start.measure(settings, {0: rng(1)})
    problems = limit_by_start._problems(settings, rng(1))
    for row in table.itertuples():
        problem = problems[row.truth]
        w = end_of_flow(problem, row.depth, row.alpha)
        assert row.error == pytest.approx(np.sum((w - problem.truth) ** 2), rel=1e-3)
        pseudo = np.linalg.pinv(problem.X) @ problem.y
        assert row.l2_error == pytest.approx(np.sum((pseudo - problem.truth) ** 2))


def test_the_half_way_start_is_where_the_error_is_half_way():
    settings = limit_by_start.Settings(20, 60, 2, 0.1, [3], list(np.geomspace(0.03, 3, 41)))
    tables = {"limit_by_start": limit_by_start.measure(settings, {0: rng(2)})}
    (half,) = limit_by_start.select(tables)["half"]["half"]
    row = tables["limit_by_start"].iloc[0]
    fine = limit_by_start.Settings(20, 60, 2, 0.1, [3], [half])
    (error, _) = limit_by_start.measure(fine, {0: rng(2)})["error"]
    assert error == pytest.approx((row.l1_error + row.l2_error) / 2, rel=0.02)


def test_norms_and_recovery_are_those_of_flows():
    settings = noiseless_recovery.Settings([10], 20, [2], [2, 3], [1e-6, 1.0])
    table = noiseless_recovery.measure(settings, {0: rng(3)})
    problem = noiseless_recovery._problem(10, 20, 2, rng(3))
    for row in table.itertuples():
        w = end_of_flow(problem, row.depth, row.init ** (1 / row.depth))
        assert row.error == pytest.approx(relative_error(w, problem.truth), abs=1e-4)
        assert row.norm_over_least >= 1 - 1e-9
    assert table["error_of_least"].max() < 1e-12  # so sparse a truth is found


# --- decay_then_none ----------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [2, 3])
def test_descent_with_decay_follows_its_flow(depth):
    """The flow in u and v by a stiff solver, in two parts: with decay and then without."""
    settings = decay_then_none.Settings(6, 10, [depth], 0.6, 0.15, 6.0, 0.002, 10_000)
    problem = decay_then_none._problems(settings, rng(4))["sparse"]
    X, y, n, p = problem.X, problem.y, 6, 10

    def slope(c):
        def f(t, z):
            u, v = z[:p], z[p:]
            g = 2 / n * X.T @ (X @ (u**depth - v**depth) - y)
            du = -depth * u ** (depth - 1) * g - 2 * c * u
            dv = depth * v ** (depth - 1) * g - 2 * c * v
            return np.concatenate([du, dv])

        return f

    options = {"method": "LSODA", "rtol": 1e-9, "atol": 1e-12}
    z = solve_ivp(slope(0.15), (0, 6), np.full(2 * p, 0.6), **options).y[:, -1]
    z = solve_ivp(slope(0.0), (6, 20), z, **options).y[:, -1]
    flow = z[:p] ** depth - z[p:] ** depth
    (end,) = decay_then_none._ends(settings, [problem], depth, 6.0)
    np.testing.assert_allclose(end, flow, atol=5e-3)
    (kept,) = decay_then_none._ends(settings, [problem], depth, np.inf)
    z = solve_ivp(slope(0.15), (0, 20), np.full(2 * p, 0.6), **options).y[:, -1]
    np.testing.assert_allclose(kept, z[:p] ** depth - z[p:] ** depth, atol=5e-3)


def test_a_descent_that_has_not_converged_is_told_by_its_residual():
    """One of few iterations and one of many, whose ends are where they should be or not."""
    settings = decay_then_none.Settings(6, 10, [3], 0.6, 0.15, 6.0, 0.004, 2000)
    found = {
        iterations: decay_then_none.measure(replace(settings, iterations=iterations), {0: rng(4)})
        for iterations in (2000, 100_000)
    }
    short, long = (table.set_index("truth").loc["sparse"] for table in found.values())
    assert short["residual"] > decay_then_none.FITTED > 100 * long["residual"]
    assert short["distance"] > 20 * long["distance"]


# --- saddle_to_saddle ---------------------------------------------------------------------------


def test_the_lasso_is_that_of_coordinate_descent():
    problem = saddle_to_saddle._problem(saddle_to_saddle.Settings(8, 15, [], []), rng(5))
    penalties = np.array([0.05, 0.3, 1.0, 1e3])
    found = saddle_to_saddle.lasso(problem, penalties)
    for w, penalty in zip(found, penalties, strict=True):
        model = Lasso(alpha=penalty / 2, fit_intercept=False, tol=1e-14, max_iter=10**6)
        expected = model.fit(problem.X, problem.y).coef_
        np.testing.assert_allclose(w, expected, atol=1e-6)


def test_an_average_is_that_of_a_fine_sum_over_the_flow():
    """Orthogonal columns, for which path, flow and Lasso are known: soft thresholds."""
    X = 2.0 * np.eye(4)
    problem = Problem(X, X @ [1.0, -0.6, 0.3, 0.0], [1.0, -0.6, 0.3, 0.0])
    path = incremental_path(problem)
    found = saddle_to_saddle._along(problem, path, 3, 1e-4)
    assert found["share_near"] == 1 and found["error"] < 1e-3 and found["from_lasso"] < 1e-3
    half_way = np.append((path.time[1:-1] + path.time[2:]) / 2, 1.5 * path.time[-1])
    flow = gradient_flow(problem, 3, 1e-4, t_max=half_way[-1] / rescaled_time(1.0, 3, 1e-4))
    t = np.linspace(0, flow.t[-1], 200_001)
    average = flow.at(t).mean(axis=0)
    soft = np.sign(problem.truth) * np.maximum(np.abs(problem.truth) - 0.5 / half_way[-1], 0)
    np.testing.assert_allclose(average, soft, atol=1e-3)
