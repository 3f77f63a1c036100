"""Exact gradient descent against plain NumPy, exact arithmetic and first principles."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from implicit_sparsity.descent import engine, packing, recorder, reference
from implicit_sparsity.descent.engine import DivergenceError, gradient_descent
from implicit_sparsity.problem import Problem

KINDS = ("signs", "zeros and ones", "constant", "integers", "reals")


def make_problem(kind: str, n: int, p: int, seed: int = 0, noise: float = 0.5) -> Problem:
    """A design of n × p, with ones on the first few coordinates of the truth."""
    random = np.random.default_rng(seed)
    X = {
        "signs": lambda: random.choice([-1.0, 1.0], (n, p)),
        "zeros and ones": lambda: random.choice([0.0, 1.0], (n, p)),
        "constant": lambda: np.full((n, p), 0.5),
        "integers": lambda: random.integers(-3, 4, (n, p)).astype(float),
        "reals": lambda: random.standard_normal((n, p)),
    }[kind]()
    w_star = np.zeros(p)
    w_star[: -(-p // 10)] = 1.0
    return Problem(X, X @ w_star + noise * random.standard_normal(n), w_star)


def plain(
    problem: Problem,
    depth: int,
    alpha: float,
    step_size: float,
    iterations: int,
    one_sided: bool = False,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """All iterates, shape (iterations + 1, p), and their losses, written as the paper has them."""
    X, y, n = problem.X, problem.y, problem.n
    u, v = np.full(problem.p, alpha), np.full(problem.p, 0.0 if one_sided else alpha)
    iterates, losses = [], []
    for _ in range(iterations + 1):
        w = u**depth - v**depth
        residual = X @ w - y
        iterates.append(w)
        losses.append(residual @ residual / n)
        gradient = 2 / n * X.T @ residual
        u = u - step_size * depth * u ** (depth - 1) * gradient
        v = v + step_size * depth * v ** (depth - 1) * gradient
    return np.array(iterates), np.array(losses)


def stable_step(problem: Problem, depth: int) -> float:
    """A step size far from divergence, yet large enough for a thousand steps to go somewhere."""
    return float(0.1 / depth**2 / (1 + 2 * np.linalg.norm(problem.X, 2) ** 2 / problem.n))


def first(hits: NDArray[Any]) -> int | None:
    return int(hits.argmax()) if hits.any() else None


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    n=st.integers(1, 40),
    p=st.integers(1, 40),
    depth=st.integers(2, 6),
    one_sided=st.booleans(),
    scale=st.sampled_from([1e-2, 0.1, 1.0]),
    seed=st.integers(0, 99),
)
def test_agrees_with_plain_numpy(
    kind: str, n: int, p: int, depth: int, one_sided: bool, scale: float, seed: int
) -> None:
    problem, alpha = make_problem(kind, n, p, seed), scale ** (1 / depth)
    step_size = stable_step(problem, depth)
    path = gradient_descent(
        problem, depth, alpha, step_size, 1000, range(1001), one_sided, bound=0.05
    )
    w, losses = plain(problem, depth, alpha, step_size, 1000, one_sided)
    np.testing.assert_allclose(path.w, w, rtol=0, atol=1e-10)
    np.testing.assert_allclose(path.trace.loss, losses, rtol=1e-9, atol=1e-12)

    # What is measured is what the recorded weights say, to the last bit where nothing is summed.
    distance, inside = np.abs(path.w - problem.w_star), problem.w_star != 0
    np.testing.assert_array_equal(path.trace.t, np.arange(1001))
    np.testing.assert_array_equal(path.trace.on_support, (distance * inside).max(axis=1))
    np.testing.assert_array_equal(path.trace.off_support, (distance * ~inside).max(axis=1))
    np.testing.assert_allclose(path.trace.error, (distance**2).sum(axis=1), rtol=1e-12, atol=1e-20)
    assert path.events.support_reached == first(path.trace.on_support < 0.1)
    assert path.events.off_support_exceeded == first(path.trace.off_support > 0.05)
    assert path.events.best_error == path.trace.error.min()
    assert path.events.best_t == path.trace.error.argmin()


def test_network_gradient_is_that_of_the_loss() -> None:
    problem, random = make_problem("reals", 5, 4), np.random.default_rng(1)
    u, v = random.uniform(0.5, 1.5, (2, 4))
    for depth in (2, 3, 2.5):

        def at(shift_u: Any, shift_v: Any, depth: float = depth) -> float:
            return reference.loss(problem, reference.weights(u + shift_u, v + shift_v, depth))

        steps = 1e-5 * np.eye(4)
        by_u = [(at(h, 0) - at(-h, 0)) / 2e-5 for h in steps]
        by_v = [(at(0, h) - at(0, -h)) / 2e-5 for h in steps]
        np.testing.assert_allclose(
            reference.gradient(problem, u, v, depth), [by_u, by_v], rtol=1e-7
        )


def test_one_iteration_is_a_gradient_step() -> None:
    problem, alpha, step_size = make_problem("reals", 5, 4), 0.7, 0.01
    start = np.full(4, alpha)
    for depth in (2, 3, 7):
        by_u, by_v = reference.gradient(problem, start, start, depth)
        path = gradient_descent(problem, depth, alpha, step_size, 1)
        expected = reference.weights(start - step_size * by_u, start - step_size * by_v, depth)
        np.testing.assert_allclose(path.w, [np.zeros(4), expected], rtol=0, atol=1e-14)


def test_two_iterations_by_hand() -> None:
    # X = [[1, 2], [0, 1]], y = (1, 1), N = 3, α = 1/2, η = 1/24, so that ηN = 1/8 and 2/n = 1.
    # t = 0: w = 0, Xw − y = (−1, −1), ∇L = (−1, −3), u² = v² = 1/4,
    #        u ← 1/2 + (1, 3)/32 = (17, 19)/32, v ← 1/2 − (1, 3)/32 = (15, 13)/32.
    # t = 1: w = (17³ − 15³, 19³ − 13³)/32³ = (769, 2331)/16384,
    #        Xw − y = (769 + 4662 − 16384, 2331 − 16384)/16384 = (−10953, −14053)/16384,
    #        ∇L = (−10953, −21906 − 14053)/16384 = (−10953, −35959)/16384,
    #        u ← (17/32 + 17² · 10953/2²⁷, 19/32 + 19² · 35959/2²⁷) = (74468585, 92672975)/2²⁷,
    #        v ← (15/32 − 15² · 10953/2²⁷, 13/32 − 13² · 35959/2²⁷) = (60450135, 48448881)/2²⁷.
    # t = 2: w = u³ − v³.
    problem = Problem([[1, 2], [0, 1]], [1, 1])  # type: ignore[arg-type]
    path = gradient_descent(problem, 3, 0.5, 1 / 24, 2)
    first = [769 / 16384, 2331 / 16384]
    second = [0.07943942383962956, 0.28214208967952725]
    np.testing.assert_allclose(path.w, [[0, 0], first, second], rtol=0, atol=1e-16)


def test_orthogonal_design_follows_the_exact_scalar_recursion() -> None:
    # Where XᵀX/n = I, ∇L_i = 2(w_i − b_i) with b = Xᵀy/n, and at N = 2 each coordinate is
    # u ← u − 4η(w − b)u, v ← v + 4η(w − b)v: here in rational arithmetic, so without rounding.
    X = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]])
    b = [Fraction(1), Fraction(-1, 2), Fraction(1, 8), Fraction(0)]
    problem = Problem(X, X @ np.array(b, dtype=float))
    alpha, eta = Fraction(1, 4), Fraction(1, 16)
    path = gradient_descent(problem, 2, float(alpha), float(eta), 600, range(7))
    for i, target in enumerate(b):
        u = v = alpha
        for t in range(7):
            assert path.w[t, i] == pytest.approx(float(u**2 - v**2), rel=0, abs=1e-15)
            slope = 4 * eta * (u**2 - v**2 - target)
            u, v = u - slope * u, v + slope * v
    np.testing.assert_allclose(path.w[-1], np.array(b, dtype=float), atol=1e-9)


@pytest.mark.parametrize("kind", ["signs", "reals"])
def test_negating_the_response_negates_the_weights(kind: str) -> None:
    problem = make_problem(kind, 30, 20)
    path = gradient_descent(problem, 4, 0.5, 1e-3, 500)
    mirrored = gradient_descent(replace(problem, y=-problem.y), 4, 0.5, 1e-3, 500)
    np.testing.assert_array_equal(mirrored.w, -path.w)


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
    short = gradient_descent(problem, 2, 0.01, 1e-4, recorder.TRACE_CAPACITY)
    long = gradient_descent(problem, 2, 0.01, 1e-4, 2 * recorder.TRACE_CAPACITY + 1)
    np.testing.assert_array_equal(short.trace.t, np.arange(recorder.TRACE_CAPACITY + 1))
    assert long.trace.t.size <= recorder.TRACE_CAPACITY + 1
    assert long.trace.t[-1] == 2 * recorder.TRACE_CAPACITY + 1
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
    sizes = [
        len(measures)
        for _, measures, _ in engine._segments(
            problem, 2, 0.1, 1e-3, False, np.array([0, iterations])
        )
    ]
    assert sum(sizes) == iterations + 1
    assert max(sizes) <= engine._SEGMENT_CAPACITY


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


def test_dense_truth_has_nothing_off_the_support() -> None:
    problem = make_problem("signs", 20, 3)
    path = gradient_descent(replace(problem, w_star=np.ones(3)), 2, 0.3, 0.01, 50)
    assert not path.trace.off_support.any() and path.events.off_support_exceeded is None


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


def test_progress_is_told_about_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 0.0

    def monotonic() -> float:
        nonlocal clock
        clock += 0.1
        return clock

    monkeypatch.setattr(engine.time, "monotonic", monotonic)
    calls: list[tuple[int, int, float]] = []
    gradient_descent(
        make_problem("signs", 3, 2),
        2,
        0.1,
        1e-3,
        200_000,
        progress=lambda done, total: calls.append((done, total, clock)),
    )
    done, total, told = zip(*calls, strict=True)
    assert len(calls) > 3 and set(total) == {200_000} and done[-1] == 200_000
    assert all(a < b for a, b in pairwise(done))
    assert all(later - earlier > 1 for earlier, later in pairwise(told[:-1]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n", "p"), [(1, 1), (8, 16), (9, 7), (30, 23)])
def test_packed_design_holds_the_design(kind: str, n: int, p: int) -> None:
    X = make_problem(kind, n, p).X
    design = packing.pack(X)
    pieces = design.values.reshape(-1, 8)
    if design.codes is not None:
        offsets = np.stack([design.codes & 0xFFFF, design.codes >> 16], axis=-1)
        pieces = pieces[offsets.ravel() // 8]
    columns = (
        pieces.reshape(-(-p // 8), -(-n // 8), 8, 8).swapaxes(1, 2).reshape(-(-p // 8) * 8, -1)
    )
    np.testing.assert_array_equal(columns[:p, :n], X.T)
    assert (design.codes is not None) == (np.unique(X).size <= 2)
    assert design.values.ctypes.data % 64 == 0 and design.panel >= 1


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
