"""Training on JAX against the compiled descent, the flow and plain loops."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from descent_problems import KINDS, ToldOf, first, make_problem, stable_step
from hypothesis import given, settings
from hypothesis import strategies as st

from implicit_sparsity import DivergenceError, Trajectory, gradient_descent, gradient_flow
from implicit_sparsity.training import engine, losses, networks, optimisers, recording, runs
from implicit_sparsity.training.runs import train, train_many

PROBLEM = make_problem("signs", 30, 40)
ONE, TWO = networks.Diagonal(2, one_sided=True), networks.Diagonal(2)


def times(events):
    """The events that are iterations."""
    return events.support_reached, events.off_support_exceeded, events.best_t


@pytest.fixture
def optimised():
    """JAX's optimisations, as users have them, which other tests do without."""

    def disable(yes: bool) -> None:
        jax.config.update("jax_disable_most_optimizations", yes)
        engine._kept.cache_clear()  # nothing is kept that was compiled otherwise

    disable(False)
    yield
    disable(True)


@pytest.mark.usefixtures("optimised")
@pytest.mark.parametrize("one_sided", [False, True])
@pytest.mark.parametrize("depth", [2, 3, 4, 5, 6])
def test_agrees_with_the_compiled_descent_to_rounding(depth: int, one_sided: bool) -> None:
    alpha, step_size = 0.3 ** (1 / depth), 2 * stable_step(PROBLEM, depth)
    descent = gradient_descent(PROBLEM, depth, alpha, step_size, 1000, range(1001), one_sided)
    network, optimiser = networks.Diagonal(depth, one_sided), optimisers.descent(step_size)
    path = train(PROBLEM, network, losses.squared, optimiser, alpha, 1000, range(1001))
    assert np.abs(path.w[-1]).max() > 0.5  # it went somewhere
    np.testing.assert_allclose(path.w, descent.w, rtol=0, atol=1e-13)
    np.testing.assert_array_equal(path.trace.t, descent.trace.t)
    for name in ("loss", "error", "on_support", "off_support"):
        values = getattr(path.trace, name), getattr(descent.trace, name)
        np.testing.assert_allclose(*values, rtol=1e-12, atol=1e-13)
    assert times(path.events) == times(descent.events)
    assert (path.events.bound, path.depth, path.one_sided) == (
        descent.events.bound,
        depth,
        one_sided,
    )
    np.testing.assert_array_equal(path.time, descent.time)
    assert isinstance(path, Trajectory) and path.end == "finished"
    np.testing.assert_allclose(path.at([0.1, 0.2]), descent.at([0.1, 0.2]), atol=1e-13)


@settings(max_examples=30)
@given(kind=st.sampled_from(KINDS), alpha=st.floats(0.05, 0.8), seed=st.integers(0, 99))
def test_agrees_with_the_compiled_descent_on_any_data(kind: str, alpha: float, seed: int) -> None:
    problem = make_problem(kind, 12, 9, seed)
    descent = gradient_descent(problem, 3, alpha, 1e-3, 300, [20], tolerance=0.3)
    network, optimiser = networks.Diagonal(3), optimisers.descent(1e-3)
    path = train(problem, network, losses.squared, optimiser, alpha, 300, [20], tolerance=0.3)
    np.testing.assert_allclose(path.w, descent.w, rtol=0, atol=1e-13)
    np.testing.assert_allclose(path.trace.loss, descent.trace.loss, rtol=1e-12, atol=1e-13)
    assert times(path.events)[:2] == times(descent.events)[:2]
    assert path.events.best_error == pytest.approx(descent.events.best_error, rel=1e-12)


@pytest.mark.parametrize(("depth", "one_sided"), [(2, False), (2.5, True), (3, False)])
def test_small_steps_approach_the_flow_in_proportion(depth: float, one_sided: bool) -> None:
    time, alpha = 2.0, 0.5
    flow = gradient_flow(PROBLEM, depth, alpha, time, rtol=1e-9, one_sided=one_sided).w[-1]
    network = networks.Diagonal(depth, one_sided)
    errors = []
    for step_size in (1e-3, 5e-4):
        optimiser, iterations = optimisers.descent(step_size), round(time / step_size)
        path = train(PROBLEM, network, losses.squared, optimiser, alpha, iterations, [])
        errors.append(np.abs(path.w[-1] - flow).max())
    assert errors[1] < 2e-3
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.05)


def test_snapshots_events_and_traces_do_not_depend_on_what_is_recorded(monkeypatch) -> None:
    optimiser = optimisers.descent(0.005, batch=5, label_noise=0.1)
    dense = train(PROBLEM, TWO, losses.squared, optimiser, 0.3, 200, range(201))
    monkeypatch.setattr(recording, "FIRST_LENGTH", 7)
    sparse = train(PROBLEM, TWO, losses.squared, optimiser, 0.3, 200, [17, 100])
    np.testing.assert_array_equal(sparse.t, [0, 17, 100, 200])
    np.testing.assert_array_equal(sparse.w, dense.w[sparse.t])
    np.testing.assert_array_equal(sparse.trace.loss, dense.trace.loss)
    assert sparse.events == dense.events
    # What is measured is what the recorded weights say.
    distance, inside = np.abs(dense.w - PROBLEM.w_star), PROBLEM.w_star != 0
    np.testing.assert_array_equal(dense.trace.on_support, (distance * inside).max(axis=1))
    np.testing.assert_array_equal(dense.trace.off_support, (distance * ~inside).max(axis=1))
    np.testing.assert_allclose(dense.trace.error, (distance**2).sum(axis=1), rtol=1e-12)
    loss = ((dense.w @ PROBLEM.X.T - PROBLEM.y) ** 2).mean(axis=1)
    np.testing.assert_allclose(dense.trace.loss, loss, rtol=1e-12)
    assert dense.events.off_support_exceeded == first(dense.trace.off_support > 0.3**0.5)
    assert dense.events.best_t == dense.trace.error.argmin()


def test_trace_is_bounded_and_events_stay_exact() -> None:
    problem, optimiser = make_problem("signs", 20, 4), optimisers.descent(1e-4)
    capacity = runs.TRACE_CAPACITY
    short = train(problem, TWO, losses.squared, optimiser, 0.01, capacity, [])
    long = train(problem, TWO, losses.squared, optimiser, 0.01, 2 * capacity + 1, [])
    np.testing.assert_array_equal(short.trace.t, np.arange(capacity + 1))
    assert long.trace.t.size <= capacity + 1 and long.trace.t[-1] == 2 * capacity + 1
    assert set(np.diff(long.trace.t[:-1])) == {3}
    shared = long.trace.t < short.trace.t.size
    for name in ("loss", "error", "on_support", "off_support"):
        values = getattr(short.trace, name)[long.trace.t[shared]]
        np.testing.assert_array_equal(getattr(long.trace, name)[shared], values)
    reached = first(short.trace.on_support < 0.1)
    assert reached is not None and reached % 3 != 0
    assert long.events.support_reached == reached


def test_many_are_the_same_as_one_by_one() -> None:
    problems = [make_problem(kind, 30, 40, seed) for seed, kind in enumerate(["signs", "reals"])]
    problems.append(replace(problems[0], w_star=None))
    alphas, seeds = [0.3, 0.2, 0.1], [5, 5, 6]
    optimiser = optimisers.descent(0.01, momentum=0.5, batch=10, label_noise=0.2)
    cases = [
        ("problems", problems, alphas, seeds),
        ("starts and seeds", problems[0], alphas, seeds),
        ("coordinates", problems[0], np.linspace(0.1, 0.3, 120).reshape(3, 40), 0),
    ]
    for name, some, alpha, seed in cases:
        many = train_many(some, TWO, losses.squared, optimiser, alpha, 300, [9, 90], seed=seed)
        for run, path in enumerate(many):
            problem = some[run] if isinstance(some, list) else some
            start = alpha if np.ndim(alpha) == 0 else alpha[run]
            own = seed if isinstance(seed, int) else seed[run]
            alone = train(problem, TWO, losses.squared, optimiser, start, 300, [9, 90], seed=own)
            np.testing.assert_array_equal(path.t, alone.t)
            np.testing.assert_allclose(path.w, alone.w, rtol=0, atol=1e-13, err_msg=name)
            np.testing.assert_allclose(path.trace.error, alone.trace.error, rtol=1e-11)
            assert times(path.events) == times(alone.events)
            assert path.alpha == alone.alpha == np.max(start)
    assert many[0].events.best_error is not None


def test_seeds_decide_what_is_random_and_nothing_else() -> None:
    optimiser = optimisers.descent(0.01, batch=3)
    a, b, c = (
        path.w[-1]
        for path in train_many(PROBLEM, TWO, losses.squared, optimiser, 0.3, 50, seed=[1, 1, 2])
    )
    np.testing.assert_array_equal(a, b)
    assert np.abs(a - c).max() > 1e-3


def test_unknown_truth() -> None:
    optimiser, unknown = optimisers.descent(0.01), replace(PROBLEM, w_star=None)
    path = train(unknown, TWO, losses.squared, optimiser, 0.3, 50)
    known = train(PROBLEM, TWO, losses.squared, optimiser, 0.3, 50)
    np.testing.assert_array_equal(path.w, known.w)
    np.testing.assert_array_equal(path.trace.loss, known.trace.loss)
    for values in (path.trace.error, path.trace.on_support, path.trace.off_support):
        assert values.shape == path.trace.t.shape and np.isnan(values).all()
    assert times(path.events) == (None, None, None) and path.events.best_error is None


def test_a_level_of_the_loss_stops_at_the_very_iteration() -> None:
    optimiser = optimisers.descent(0.01)
    whole = train(PROBLEM, TWO, losses.squared, optimiser, 0.3, 400, range(401))
    level = float(whole.trace.loss[123:125].mean())
    path = train(PROBLEM, TWO, losses.squared, optimiser, 0.3, 400, [50, 300], until=level)
    np.testing.assert_array_equal(path.t, [0, 50, 124])
    np.testing.assert_array_equal(path.w, whole.w[path.t])
    np.testing.assert_array_equal(path.trace.t, np.arange(125))
    np.testing.assert_array_equal(path.trace.loss, whole.trace.loss[:125])
    assert path.end == "stopped" and whole.end == "finished"
    at_once = train(PROBLEM, TWO, losses.squared, optimiser, 0.3, 400, until=1e9)
    np.testing.assert_array_equal(at_once.t, [0])
    np.testing.assert_allclose(at_once.w, [np.zeros(40)], atol=1e-16)


def test_a_stop_rule_sees_loss_and_weights_and_each_run_has_its_own_end() -> None:
    def large(loss: jax.Array, w: jax.Array) -> jax.Array:
        return (loss < 100) & (jnp.abs(w).max() > 0.2)

    optimiser, alphas = optimisers.descent(0.01), [0.3, 0.1, 0.001]
    many = train_many(PROBLEM, TWO, losses.squared, optimiser, alphas, 100, until=large)
    whole = train_many(PROBLEM, TWO, losses.squared, optimiser, alphas, 100, range(101))
    ends = [first(np.abs(path.w).max(axis=1) > 0.2) for path in whole]
    assert ends[0] < ends[1] < 100 and ends[2] is None
    assert [int(path.t[-1]) for path in many] == [ends[0], ends[1], 100]
    assert [path.end for path in many] == ["stopped", "stopped", "finished"]
    for path, reference in zip(many, whole, strict=True):
        np.testing.assert_array_equal(path.w, reference.w[path.t])
        assert path.trace.t[-1] == path.t[-1]
        w = path.network.weights(path.parameters)
        np.testing.assert_allclose(w, path.w[-1], rtol=0, atol=1e-16)


def test_divergence_is_told_at_the_iteration_at_which_the_compiled_descent_tells_it() -> None:
    with pytest.raises(DivergenceError) as compiled:
        gradient_descent(PROBLEM, 3, 0.8, 0.1, 60)
    network, optimiser = networks.Diagonal(3), optimisers.descent(0.1)
    with pytest.raises(DivergenceError, match=r"lower the optimiser's step size") as told:
        train(PROBLEM, network, losses.squared, optimiser, 0.8, 60)
    iteration = str(compiled.value).split("iteration ")[1].split()[0]
    assert f"iteration {iteration}, where the loss is" in str(told.value)
    many = train_many(PROBLEM, network, losses.squared, optimiser, [0.8, 1e-3], 60)
    assert [path.end for path in many] == ["diverged", "finished"]
    assert [int(path.t[-1]) for path in many] == [int(iteration), 60]
    assert not many[0].trace.loss[-1] < 1e8 * many[0].trace.loss[0]
    alone = train(PROBLEM, network, losses.squared, optimiser, 1e-3, 60)
    np.testing.assert_allclose(many[1].w, alone.w, atol=1e-15)


def test_progress_is_told_about_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    told = ToldOf()
    monkeypatch.setattr(recording.time, "monotonic", told.monotonic)
    train(
        make_problem("signs", 3, 2),
        TWO,
        losses.squared,
        optimisers.descent(1e-3),
        0.1,
        20_000,
        range(0, 20_000, 500),
        progress=told.progress,
    )
    told.check(20_000)


def test_double_precision_stays_within() -> None:
    path = train(PROBLEM, TWO, losses.squared, optimisers.descent(0.01), 0.3, 10)
    assert path.w.dtype == path.trace.loss.dtype == np.float64
    assert {leaf.dtype for leaf in jax.tree.leaves(path.parameters)} == {np.dtype("float64")}
    assert not jax.config.jax_enable_x64 and jnp.ones(1).dtype == np.float32


def test_compiled_code_is_kept_only_for_what_cannot_have_changed() -> None:
    class Scaled:
        power = 2

        def start(self, alpha, p):
            return np.full(p, alpha)

        def weights(self, parameters):
            return parameters**self.power

    assert not engine._is_fixed(networks.Normalised(Scaled()))
    assert not engine._is_fixed(lambda loss, w: True)
    network, optimiser = Scaled(), optimisers.descent(0.01)
    before = train(PROBLEM, network, losses.squared, optimiser, 0.3, 20)
    network.power = 3
    after = train(PROBLEM, network, losses.squared, optimiser, 0.3, 20)
    for path, depth in ((before, 2), (after, 3)):
        known = networks.Diagonal(depth, one_sided=True)
        reference = train(PROBLEM, known, losses.squared, optimiser, 0.3, 20)
        np.testing.assert_allclose(path.w, reference.w, atol=1e-14)
    assert np.isnan(before.depth) and before.events.bound == before.events.tolerance

    hits = engine._kept.cache_info().hits
    ends = [
        train(PROBLEM, networks.Diagonal(3, True), losses.squared, optimiser, 0.3, 20).w[-1]
        for optimiser in map(optimisers.descent, (0.01, 0.01, 0.02))
    ]
    assert engine._kept.cache_info().hits == hits + 3  # it was made above
    np.testing.assert_array_equal(ends[0], ends[1])
    assert np.abs(ends[2] - ends[0]).max() > 0.01  # other numbers are not forgotten
