"""A run of the flow: its end, what it records, its events, its errors."""

from __future__ import annotations

import numpy as np
import pytest
from flow_problems import sparse_problem
from scipy.optimize import nnls

from implicit_sparsity.flow import integrate
from implicit_sparsity.flow.recorder import FlowRecorder
from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.flow.step_control import StepError
from implicit_sparsity.problem import Problem


def test_events_lie_on_the_dense_output():
    problem = sparse_problem(100, 200, np.ones(5), 0.5, seed=42)
    path = gradient_flow(problem, 4, 0.1, 400.0, tolerance=0.2)
    support = problem.support
    off = np.delete(np.arange(problem.p), support)

    def distance(t):
        return np.abs(path.at(t)[:, support] - 1.0).max(axis=1)

    def noise(t):
        return np.abs(path.at(t)[:, off]).max(axis=1)

    def error(t):
        return ((path.at(t) - problem.w_star) ** 2).sum(axis=1)

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
    residual = path.at(trace.t) @ problem.X.T - problem.y
    np.testing.assert_allclose(trace.loss, (residual**2).mean(axis=1), rtol=1e-7)


def test_an_event_is_looked_for_since_the_point_before():
    problem = sparse_problem()
    path = gradient_flow(problem, 3, 0.1, 20.0)
    recorder = FlowRecorder(problem, path.solution)
    assert recorder.parts > 1
    for point in range(1, recorder.t.size, 7):
        _, low, high = recorder._before(point, 0)
        assert recorder._time(point, high) == pytest.approx(recorder.t[point])
        assert recorder._time(point, low) == pytest.approx(recorder.t[point - 1], abs=1e-12)


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


def test_a_flow_is_at_rest_at_a_hundredth_of_its_first_gradient():
    problem = sparse_problem()
    path = gradient_flow(problem, 3, 0.1)
    gradient = 2 / problem.n * np.abs((path.w @ problem.X.T - problem.y) @ problem.X).max(axis=1)
    assert gradient[-1] <= 0.01 * gradient[0] < gradient[-2]


def test_a_flow_that_ends_where_a_step_does_takes_no_other():
    problem = sparse_problem()
    end = gradient_flow(problem, 3, 0.1, 20.0).t[1]
    assert gradient_flow(problem, 3, 0.1, end).t.tolist() == [0.0, end]


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


def test_nothing_to_do():
    still = Problem(np.eye(3), np.zeros(3), np.zeros(3))
    for t_max in (None, 5.0):
        path = gradient_flow(still, 3, 0.1, t_max)
        assert (path.w == 0).all() and (path.trace.loss == 0).all()
    assert path.t[-1] == 5.0 and path.events.support_reached == 0.0
    empty_column = Problem(np.array([[1.0, 0.0]]), np.array([1.0]))
    path = gradient_flow(empty_column, 2.5, 0.1, 50.0)
    np.testing.assert_allclose(path.w[-1], [1.0, 0.0], atol=1e-4)


@pytest.mark.parametrize("most", [3, 40])
def test_more_steps_than_a_limit_are_an_error(most, monkeypatch):
    """Also a limit that is not met in the first go."""
    monkeypatch.setattr(integrate, "MAX_STEPS", most)
    with pytest.raises(StepError, match=rf"more than {most} steps.*lower t_max or raise rtol"):
        gradient_flow(sparse_problem(), 3, 0.1)


def test_steps_that_cannot_be_taken_are_errors():
    problem = sparse_problem()
    huge = Problem(1e160 * problem.X, problem.y)  # with curvatures beyond double precision
    with np.errstate(all="ignore"), pytest.raises(StepError, match=r"cannot be taken.*raise rtol"):
        gradient_flow(huge, 3, 0.1, 20.0)


@pytest.mark.parametrize("calls", [1, 2, 40])
def test_a_flow_may_be_ended_after_any_step(calls):
    """Also in the middle of steps that are taken in one go."""
    problem, seen = sparse_problem(), []

    def until(time, w):
        seen.append((time, w.copy()))
        return len(seen) == calls

    whole = gradient_flow(problem, 3, 0.1)
    path = gradient_flow(problem, 3, 0.1, until=until)
    assert whole.steps > 40 and path.steps == len(seen) == calls
    np.testing.assert_array_equal(path.t, whole.t[: calls + 1])
    np.testing.assert_array_equal(path.w, whole.w[: calls + 1])
    np.testing.assert_array_equal(path.t[1:], [time for time, _ in seen])
    np.testing.assert_array_equal(path.w[1:], [w for _, w in seen])
    times = np.linspace(0.0, path.t[-1], 50)
    np.testing.assert_allclose(path.at(times), whole.at(times), rtol=0, atol=1e-14)


def test_an_error_after_the_end_of_a_flow_is_none(monkeypatch):
    """Steps beyond the one that ends a flow are nobody's business."""
    monkeypatch.setattr(integrate, "MAX_STEPS", 3)
    times = []
    path = gradient_flow(
        sparse_problem(), 3, 0.1, 20.0, until=lambda t, _: times.append(t) or len(times) == 3
    )
    assert path.steps == 3


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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"problem": np.eye(3)}, "problem must be a Problem, not of type ndarray"),
        ({"one_sided": "no"}, "one_sided must be True or False"),
        ({"until": 3.0}, "until must be callable"),
    ],
)
def test_arguments_of_a_wrong_kind_are_named(arguments, message):
    given = {"problem": sparse_problem(), "depth": 3, "alpha": 0.1} | arguments
    with pytest.raises(TypeError, match=message):
        gradient_flow(**given)
