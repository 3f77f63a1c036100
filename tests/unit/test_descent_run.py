"""A run of gradient descent: what it records, its events, divergence, bad arguments."""

import inspect
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from descent_problems import ToldOf, first, make_problem, plain

from implicit_sparsity.descent import limits, segments, together
from implicit_sparsity.descent.engine import gradient_descent
from implicit_sparsity.descent.limits import DivergenceError
from implicit_sparsity.descent.run import Descent
from implicit_sparsity.problem import Problem


@pytest.mark.parametrize("kind", ["signs", "reals"])
def test_events_are_those_of_the_plain_loop(kind: str) -> None:
    problem = make_problem(kind, 60, 80, seed=1)
    w, _ = plain(problem, 3, 0.1, 0.02, 4000)
    path = gradient_descent(problem, 3, 0.1, 0.02, 4000, tolerance=0.3)
    distance, inside = np.abs(w - problem.w_star), problem.w_star != 0
    reached = first((distance * inside).max(axis=1) < 0.3)
    exceeded = first((distance * ~inside).max(axis=1) > 0.1 ** (3 / 4))
    best = int((distance**2).sum(axis=1).argmin())
    assert reached is not None and exceeded is not None and 0 < best < 4000
    events = path.events
    assert (events.support_reached, events.off_support_exceeded) == (reached, exceeded)
    assert events.best_t == best
    assert events.best_error == pytest.approx(float((distance[best] ** 2).sum()), rel=1e-10)
    assert (events.tolerance, events.bound) == (0.3, 0.1 ** (3 / 4))


def test_snapshots_do_not_depend_on_what_is_recorded() -> None:
    problem = make_problem("signs", 20, 30)
    dense = gradient_descent(problem, 3, 0.3, 0.01, 200, range(201))
    sparse = gradient_descent(problem, 3, 0.3, 0.01, 200, [17, 100])
    np.testing.assert_array_equal(sparse.t, [0, 17, 100, 200])
    np.testing.assert_array_equal(sparse.w, dense.w[sparse.t])
    np.testing.assert_array_equal(sparse.trace.loss, dense.trace.loss)
    assert sparse.events == dense.events
    np.testing.assert_allclose(sparse.time, [0, 0.17, 1, 2])


def test_default_record_is_geometric() -> None:
    path = gradient_descent(make_problem("signs", 3, 4), 2, 0.1, 1e-3, 10_000)
    assert path.t.dtype == np.int64 and path.w.dtype == np.float64
    assert path.w.shape == (path.t.size, 4)
    assert path.t[0] == 0 and path.t[-1] == 10_000 and 150 < path.t.size <= 202
    assert (np.diff(path.t) > 0).all()
    assert np.diff(np.log(path.t[path.t > 200])).max() < 1.1 * np.log(10_000) / 199
    short = gradient_descent(make_problem("signs", 3, 4), 2, 0.1, 1e-3, 1)
    np.testing.assert_array_equal(short.t, [0, 1])


def test_trace_is_bounded_and_events_stay_exact() -> None:
    problem = make_problem("signs", 20, 4)
    short = gradient_descent(problem, 2, 0.01, 1e-4, limits.TRACE_CAPACITY)
    long = gradient_descent(problem, 2, 0.01, 1e-4, 2 * limits.TRACE_CAPACITY + 1)
    np.testing.assert_array_equal(short.trace.t, np.arange(limits.TRACE_CAPACITY + 1))
    assert long.trace.t.size <= limits.TRACE_CAPACITY + 1
    assert long.trace.t[-1] == 2 * limits.TRACE_CAPACITY + 1
    assert set(np.diff(long.trace.t[:-1])) == {3}
    shared = long.trace.t < short.trace.t.size
    for name in ("loss", "error", "on_support", "off_support"):
        values = getattr(short.trace, name)[long.trace.t[shared]]
        np.testing.assert_array_equal(getattr(long.trace, name)[shared], values)
    reached = first(short.trace.on_support < 0.1)
    assert reached is not None and reached % 3 != 0
    assert long.events.support_reached == reached


@pytest.mark.parametrize("iterations", [1_000, 1_000_000])
def test_measurements_come_in_small_pieces(iterations: int) -> None:
    problem = make_problem("signs", 3, 2)
    run = Descent(problem, 2, 0.1, 1e-3, iterations, record_at=[])
    sizes = [segment.measures.shape[1] for segment in segments.segments([run])]
    assert sum(sizes) == iterations + 1
    assert max(sizes) <= segments.MAX_LENGTH


def test_unknown_truth() -> None:
    problem = make_problem("signs", 20, 30)
    path = gradient_descent(replace(problem, w_star=None), 3, 0.3, 0.01, 200)
    known = gradient_descent(problem, 3, 0.3, 0.01, 200)
    np.testing.assert_array_equal(path.w, known.w)
    np.testing.assert_array_equal(path.trace.loss, known.trace.loss)
    for values in (path.trace.error, path.trace.on_support, path.trace.off_support):
        assert values.shape == path.trace.t.shape and np.isnan(values).all()
    events = path.events
    assert (events.support_reached, events.off_support_exceeded) == (None, None)
    assert (events.best_error, events.best_t) == (None, None)


def test_events_that_never_happen() -> None:
    path = gradient_descent(make_problem("signs", 20, 30), 3, 0.3, 1e-9, 5, bound=1.0)
    assert path.events.support_reached is None and path.events.off_support_exceeded is None


def test_a_run_among_others_has_the_defaults_of_one_alone() -> None:
    own, alone = (inspect.signature(made).parameters for made in (Descent, gradient_descent))
    assert {name: own[name].default for name in own} == {name: alone[name].default for name in own}


def test_dense_truth_has_nothing_off_the_support() -> None:
    problem = make_problem("signs", 20, 3)
    path = gradient_descent(replace(problem, w_star=np.ones(3)), 2, 0.3, 0.01, 50)
    assert not path.trace.off_support.any() and path.events.off_support_exceeded is None


def test_progress_is_told_about_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    told = ToldOf()
    monkeypatch.setattr(together.time, "monotonic", told.monotonic)
    gradient_descent(make_problem("signs", 3, 2), 2, 0.1, 1e-3, 200_000, progress=told.progress)
    told.check(200_000)


@pytest.mark.parametrize("kind", ["signs", "reals"])
@pytest.mark.parametrize(("depth", "step_size"), [(2, 0.1), (3, 0.1), (5, 1e300)])
def test_divergence_stops_at_the_very_iteration(kind: str, depth: int, step_size: float) -> None:
    problem = make_problem(kind, 20, 30)
    with np.errstate(all="ignore"):
        _, losses = plain(problem, depth, 0.8, step_size, 60)
    ceiling = 1e8 * max(losses[0], (problem.y**2).mean())
    expected = first(~(losses <= ceiling))
    assert expected is not None
    with pytest.raises(DivergenceError, match=rf"at iteration {expected} with") as caught:
        gradient_descent(problem, depth, 0.8, step_size, 10_000)
    assert f"step size {step_size:g}" in str(caught.value)
    assert f"depth {depth}" in str(caught.value) and "lower step_size" in str(caught.value)
    gradient_descent(problem, depth, 0.8, 1e-5, 60)


def test_divergence_begins_at_1e8_times_the_start() -> None:
    # n = p = 1, X = y = α = 1, N = 2: u = 1 + 4η and v = 1 − 4η after one step, so L = (16η − 1)².
    problem = Problem([[1.0]], [1.0])  # type: ignore[arg-type]
    with pytest.raises(DivergenceError, match="at iteration 1 "):
        gradient_descent(problem, 2, 1.0, (1 + 1.01e4) / 16, 5)
    with pytest.raises(DivergenceError, match="at iteration 2 "):
        gradient_descent(problem, 2, 1.0, (1 + 0.99e4) / 16, 5)


def test_infinite_loss_is_divergence_where_the_response_is_huge() -> None:
    # One-sided with α = 1: u = 1 + 4e160 after one step, so that w = u² overflows, but not to NaN.
    problem = Problem([[1.0]], [1e152])  # type: ignore[arg-type]
    with pytest.raises(DivergenceError, match="at iteration 1 "):
        gradient_descent(problem, 2, 1.0, 1e8, 5, one_sided=True)


def test_growth_from_a_tiny_loss_is_not_divergence() -> None:
    # Started next to the truth, u ← u − 4η(u² − y)u with 8ηy = 2.2 leaves it for a bounded cycle.
    problem = Problem([[1.0]], [0.25])  # type: ignore[arg-type]
    path = gradient_descent(problem, 2, 0.5 + 1e-9, 1.1, 1000, one_sided=True)
    assert 1e-4 < path.trace.loss.max() < 1 and path.trace.loss[0] < 1e-17


def test_loss_of_zero_is_not_divergence() -> None:
    problem = Problem([[1.0, -1.0]], [0.0])  # type: ignore[arg-type]
    path = gradient_descent(problem, 2, 0.5, 0.1, 10)
    assert not path.w.any() and not path.trace.loss.any()


GOOD = {"depth": 3, "alpha": 0.1, "step_size": 0.01, "iterations": 10}


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"problem": 1}, TypeError, "problem must be a Problem"),
        ({"depth": 1}, ValueError, "depth must be a whole number of at least 2"),
        ({"depth": 2.5}, ValueError, "depth must be a whole number"),
        ({"alpha": 0.0}, ValueError, "alpha must be positive"),
        ({"alpha": float("nan")}, ValueError, "alpha must be positive"),
        ({"alpha": "0.1"}, ValueError, "alpha must be positive and finite"),
        ({"alpha": 1e200}, ValueError, "alpha \\*\\* depth is about 1e600"),
        ({"alpha": 1e-200}, ValueError, "alpha \\*\\* depth is about 1e-600"),
        ({"alpha": 1e100, "one_sided": True}, ValueError, "loss at the start is inf"),
        ({"step_size": -1.0}, ValueError, "step_size must be positive"),
        ({"step_size": float("inf")}, ValueError, "step_size must be positive and finite"),
        ({"step_size": None}, ValueError, "step_size must be positive and finite"),
        ({"iterations": 0}, ValueError, "iterations must be a whole number of at least 1"),
        ({"iterations": 1e3}, ValueError, "iterations must be a whole number"),
        ({"record_at": [3, 3]}, ValueError, "record_at must increase"),
        ({"record_at": [-1, 3]}, ValueError, "record_at must lie within \\[0, 10\\]"),
        ({"record_at": [3, 11]}, ValueError, "record_at must lie within \\[0, 10\\]"),
        ({"record_at": [0.5]}, ValueError, "record_at must list whole iterations"),
        ({"record_at": 5}, ValueError, "record_at must list whole iterations"),
        ({"one_sided": "no"}, TypeError, "one_sided must be True or False"),
        ({"tolerance": 0}, ValueError, "tolerance must be positive"),
        ({"bound": -0.1}, ValueError, "bound must be positive"),
        ({"progress": True}, TypeError, "progress must be callable"),
    ],
)
def test_bad_arguments(change: dict[str, Any], error: type[Exception], message: str) -> None:
    arguments = {"problem": make_problem("signs", 4, 3), **GOOD, **change}
    with pytest.raises(error, match=message) as caught:
        gradient_descent(**arguments)
    assert str(caught.value).count(". ") == 0 and str(caught.value).endswith(".")
