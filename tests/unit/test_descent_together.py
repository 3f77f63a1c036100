"""Gradient descents that advance together: each is what it is alone, whatever runs beside it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from descent_problems import KINDS, first, make_problem, plain, stable_step
from hypothesis import given, settings
from hypothesis import strategies as st

from implicit_sparsity.descent import together
from implicit_sparsity.descent.limits import DivergenceError
from implicit_sparsity.descent.run import Descent
from implicit_sparsity.descent.together import gradient_descents
from implicit_sparsity.problem import Problem
from implicit_sparsity.trajectory import DescentTrajectory

RUNS = st.lists(
    st.tuples(
        st.integers(2, 6),  # depth
        st.sampled_from([1e-2, 0.1, 1.0]),  # alpha ** depth
        st.integers(1, 120),  # iterations
        st.booleans(),  # one-sided
        st.integers(0, 3),  # response
        st.sampled_from([0.3, 1.0]),  # step size, of the stable one
    ),
    min_size=1,
    max_size=9,
)


def descents(problem: Problem, settings: list[Any]) -> list[Descent]:
    """Runs of one design whose responses, truths, lengths and settings differ."""
    runs = []
    for depth, scale, iterations, one_sided, shift, part in settings:
        w_star = None if shift == 3 else np.roll(problem.truth, shift)
        runs.append(
            Descent(
                replace(problem, y=problem.y + 0.1 * shift, w_star=w_star),
                depth,
                scale ** (1 / depth),
                part * stable_step(problem, depth),
                iterations,
                range(0, iterations, 7),
                one_sided,
                tolerance=0.3,
                bound=0.05,
            )
        )
    return runs


def assert_same(one: DescentTrajectory, other: DescentTrajectory) -> None:
    """All that the trajectories hold has the same bits."""
    assert one.events == other.events
    for name in ("depth", "alpha", "one_sided", "step_size"):
        assert getattr(one, name) == getattr(other, name)
    np.testing.assert_array_equal(one.t, other.t)
    np.testing.assert_array_equal(one.w, other.w)
    for name in ("t", "loss", "error", "on_support", "off_support"):
        np.testing.assert_array_equal(getattr(one.trace, name), getattr(other.trace, name))


@settings(max_examples=30)
@given(
    kind=st.sampled_from(KINDS),
    n=st.integers(1, 30),
    p=st.integers(1, 30),
    given_runs=RUNS,
    seed=st.integers(0, 99),
)
def test_each_run_is_that_of_the_plain_loop_and_has_the_bits_of_the_run_alone(
    kind: str, n: int, p: int, given_runs: list[Any], seed: int
) -> None:
    runs = descents(make_problem(kind, n, p, seed), given_runs)
    paths = gradient_descents(runs)
    assert len(paths) == len(runs)
    for run, path in zip(runs, paths, strict=True):
        w, losses = plain(
            run.problem, run.depth, run.alpha, run.step_size, run.iterations, run.one_sided
        )
        np.testing.assert_array_equal(
            path.t, sorted({*range(0, run.iterations, 7), run.iterations})
        )
        np.testing.assert_allclose(path.w, w[path.t], rtol=0, atol=1e-10)
        np.testing.assert_allclose(path.trace.loss, losses, rtol=1e-9, atol=1e-12)
        assert_same(path, gradient_descents([run])[0])


@pytest.mark.parametrize("kind", ["signs", "reals"])
def test_the_order_of_the_runs_changes_only_the_order(kind: str) -> None:
    problem = make_problem(kind, 60, 150)
    runs = [Descent(problem, depth, 0.3, 1e-3, 300 * depth) for depth in (2, 3, 4, 5, 6)]
    paths = gradient_descents(runs)
    for path, mirrored in zip(paths, reversed(gradient_descents(runs[::-1])), strict=True):
        assert_same(path, mirrored)


@pytest.mark.parametrize("kind", ["signs", "reals"])
@pytest.mark.parametrize("step_size", [0.1, 1e300])
def test_divergence_of_one_run_leaves_the_others_untouched(kind: str, step_size: float) -> None:
    problem = make_problem(kind, 20, 30)
    runs = [Descent(problem, depth, 0.8, 1e-4, 100 + depth) for depth in (2, 3, 4, 5)]
    runs.insert(1, replace(runs[1], step_size=step_size))
    paths = gradient_descents(runs, return_errors=True)
    with np.errstate(all="ignore"):
        _, losses = plain(problem, 3, 0.8, step_size, 100)
    expected = first(~(losses <= 1e8 * max(losses[0], (problem.y**2).mean())))
    for i, (run, path) in enumerate(zip(runs, paths, strict=True)):
        if i == 1:
            assert isinstance(path, DivergenceError)
            assert f"diverged at iteration {expected} with step size {step_size:g}" in str(path)
        else:
            assert isinstance(path, DescentTrajectory)
            assert_same(path, gradient_descents([run])[0])


def test_divergence_is_raised_at_once_by_default() -> None:
    problem = make_problem("signs", 20, 30)
    told: list[int] = []
    # The other would take hours.
    runs = [Descent(problem, 3, 0.8, 1e-6, 10**9, []), Descent(problem, 3, 0.8, 0.1, 10**9, [])]
    with pytest.raises(DivergenceError, match=r"with step size 0\.1 at depth 3"):
        gradient_descents(runs, progress=lambda done, total: told.append(done))
    assert not told


def test_all_runs_may_diverge() -> None:
    problem = make_problem("reals", 20, 30)
    runs = [Descent(problem, depth, 0.8, 0.1, 10**6, [10**5]) for depth in (3, 4, 5)]
    assert all(
        isinstance(path, DivergenceError) for path in gradient_descents(runs, return_errors=True)
    )


def test_a_run_that_ended_costs_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[tuple[int, int]] = []

    def spy(*arguments: Any) -> Any:
        for segment in segments(*arguments):
            counts.append(segment.measures.shape[:2])
            yield segment

    segments = together.segments
    monkeypatch.setattr(together, "segments", spy)
    problem = make_problem("signs", 9, 5)
    gradient_descents([Descent(problem, 2, 0.1, 1e-3, count, []) for count in (20, 50, 20, 90)])
    assert sum(runs * iterations for runs, iterations in counts[1:]) == 20 + 50 + 20 + 90
    assert [runs for runs, _ in counts] == sorted((runs for runs, _ in counts), reverse=True)


def test_progress_counts_the_iterations_of_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(np.arange(0.0, 1e6, 0.6))
    monkeypatch.setattr(together.time, "monotonic", lambda: next(clock))
    problem, told = make_problem("signs", 3, 2), []
    runs = [Descent(problem, 2, 0.1, 1e-3, count, []) for count in (100, 300)]
    runs.append(replace(runs[0], depth=3, alpha=0.8, step_size=1e3))
    gradient_descents(
        runs, return_errors=True, progress=lambda done, total: told.append((done, total))
    )
    done, total = zip(*told, strict=True)
    assert set(total) == {500} and done[-1] == 500
    assert len(done) > 3 and all(np.diff(done) > 0)


def test_responses_of_one_design_share_its_memory() -> None:
    problem = make_problem("reals", 6, 4)
    other = replace(problem, y=problem.y + 1)
    assert other.X is problem.X and not np.shares_memory(other.y, problem.y)


def test_equal_designs_need_not_be_one_array() -> None:
    problem = make_problem("reals", 6, 4)
    again = Problem(problem.X.copy(), problem.y, problem.w_star)
    one, other = gradient_descents([Descent(each, 2, 0.1, 1e-3, 20) for each in (problem, again)])
    assert_same(one, other)


def test_a_descent_can_be_varied() -> None:
    run = Descent(make_problem("signs", 6, 4), 2, 0.1, 1e-3, 500, iter([3, 100]))
    for iterations in (100, 500):
        varied = replace(run, iterations=iterations)
        assert varied.stops.tolist() == sorted({0, 3, 100, iterations})
    assert run.level == 0.1**0.5 and replace(run, depth=4, alpha=0.2).level == 0.2
    assert replace(run, bound=0.7).level == 0.7


GOOD = Descent(make_problem("signs", 4, 3), 3, 0.1, 0.01, 10)
OTHER = replace(GOOD, problem=make_problem("signs", 4, 3, seed=5))
WIDER = replace(GOOD, problem=make_problem("signs", 4, 5))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"runs": []}, ValueError, "runs is empty; give at least one Descent"),
        ({"runs": [GOOD, GOOD.problem]}, TypeError, "runs\\[1\\] must be a Descent"),
        ({"runs": [GOOD, OTHER]}, ValueError, "runs\\[1\\] has another design X than runs\\[0\\]"),
        ({"runs": [GOOD, GOOD, WIDER]}, ValueError, "runs\\[2\\] has another design X"),
        ({"runs": [GOOD], "return_errors": 1}, TypeError, "return_errors must be True or False"),
        ({"runs": [GOOD], "progress": True}, TypeError, "progress must be callable"),
    ],
)
def test_bad_arguments(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        gradient_descents(**arguments)
    assert str(caught.value).count(". ") == 0 and str(caught.value).endswith(".")
