"""Runs of one depth: which path is where, what is kept, the file, and the progress told."""

from __future__ import annotations

import logging
import re
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest

from implicit_sparsity import DivergenceError, Problem, gradient_descent, gradient_descents
from implicit_sparsity.pipeline.experiments import run as runner
from implicit_sparsity.pipeline.experiments.run import Progress, run
from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.pipeline.specs import RunSpec

ALPHAS, ITERATIONS, STEP = [0.1, 0.3], 400, 0.02
SPEC = RunSpec(
    depth=3,
    alpha=ALPHAS,
    init=[a**3 for a in ALPHAS],
    one_sided=False,
    step_size=STEP,
    iterations=ITERATIONS,
)


def problem(seed, n=12, p=8, noise=0.3):
    rng = np.random.default_rng(seed)
    X = rng.choice([-1.0, 1.0], (n, p))
    w_star = np.r_[1.0, -1.0, np.zeros(p - 2)]
    return Problem(X, X @ w_star + noise * rng.standard_normal(n), w_star)


PROBLEMS = [problem(seed) for seed in range(3)]


@pytest.fixture(scope="module")
def runs():
    return run(SPEC, PROBLEMS)


def test_starts_come_first_and_replicates_second(runs):
    for a, alpha in enumerate(ALPHAS):
        for r, one in enumerate(PROBLEMS):
            path = gradient_descent(one, 3, alpha, STEP, ITERATIONS, record_at=runs.t)
            np.testing.assert_array_equal(runs.w[a, r], path.w)
            np.testing.assert_array_equal(runs.trace_t, path.trace.t)
            for name in ("loss", "error", "off_support"):
                np.testing.assert_array_equal(getattr(runs, name)[a, r], getattr(path.trace, name))
            for name in ("support_reached", "off_support_exceeded", "best_error", "best_t"):
                event = getattr(path.events, name)
                kept = getattr(runs, name)[a, r]
                assert np.isnan(kept) if event is None else kept == event
    # Three problems and two starts give six different paths.
    assert len({w.tobytes() for row in runs.w for w in row}) == 6


def test_replicates_of_one_design_advance_together(monkeypatch):
    first, second = PROBLEMS[0], PROBLEMS[1]
    noisy = [replace(one, y=one.y + 0.1) for one in (first, second)]
    mixed = [first, second, noisy[1], Problem(noisy[0].X.copy(), noisy[0].y, first.w_star)]
    groups = []

    def spy(runs, progress):
        groups.append([(run.alpha, run.problem) for run in runs])
        return gradient_descents(runs, progress=progress)

    monkeypatch.setattr(runner, "gradient_descents", spy)
    together = run(SPEC, mixed)
    expected = [[mixed[0], mixed[3]], [mixed[1], mixed[2]]]
    assert groups == [[(alpha, one) for alpha in ALPHAS for one in group] for group in expected]
    for r, one in enumerate(mixed):
        alone = run(SPEC, [one])
        for name in ("best_error", "support_reached"):
            np.testing.assert_array_equal(getattr(together, name)[:, r], getattr(alone, name)[:, 0])
        np.testing.assert_array_equal(together.w[:, r, -1], alone.w[:, 0, -1])
        np.testing.assert_array_equal(together.loss[:, r], alone.loss[:, 0])


def test_shapes_and_scalars(runs):
    assert (runs.depth, runs.step_size, runs.iterations) == (3, STEP, ITERATIONS)
    np.testing.assert_array_equal(runs.alpha, ALPHAS)
    np.testing.assert_array_equal(runs.init, [a**3 for a in ALPHAS])
    assert runs.w.shape == (2, 3, runs.t.size, 8)
    assert runs.loss.shape == runs.error.shape == runs.off_support.shape
    assert runs.error.shape == (2, 3, runs.trace_t.size)
    assert runs.support_reached.shape == runs.best_t.shape == (2, 3)
    assert runs.t.dtype == runs.trace_t.dtype == np.int64


@pytest.mark.parametrize(
    ("replicates", "iterations"), [(1, 1), (1, 3), (1, 5000), (3, 5000), (30, 300), (401, 7)]
)
def test_snapshots_are_shared_by_the_replicates(replicates, iterations, monkeypatch):
    """Evenly spread from 0 to the last, about 401 in all, 2 for each replicate at least."""
    asked = {}

    def pretend(runs, progress):
        asked["t"] = runs[0].stops
        raise KeyError("enough")

    monkeypatch.setattr(runner, "gradient_descents", pretend)
    spec = RunSpec(2, [0.1], [0.01], False, 0.1, iterations)
    with pytest.raises(KeyError, match="enough"):
        run(spec, PROBLEMS[:1] * replicates)
    t = asked["t"]
    assert t[0] == 0 and t[-1] == iterations
    steps = np.diff(t)
    assert steps.min() >= 1 and steps.max() - steps.min() <= 1
    assert t.size == min(max(401 // replicates, 2), iterations + 1)


def test_the_network_may_be_one_sided():
    spec = RunSpec(3, ALPHAS, [a**3 for a in ALPHAS], True, STEP, 50)
    runs = run(spec, PROBLEMS[:1])
    path = gradient_descent(PROBLEMS[0], 3, ALPHAS[1], STEP, 50, record_at=runs.t, one_sided=True)
    np.testing.assert_array_equal(runs.w[1, 0], path.w)
    assert runs.w.min() > 0


def test_an_event_that_never_happens_is_nan():
    runs = run(RunSpec(3, [1e-3], [1e-9], False, STEP, 20), PROBLEMS)
    assert np.isnan(runs.support_reached).all() and np.isnan(runs.off_support_exceeded).all()
    assert np.isfinite(runs.best_error).all() and np.isfinite(runs.best_t).all()


def test_without_the_truth_there_are_no_errors():
    unknown = [Problem(one.X, one.y) for one in PROBLEMS[:2]]
    runs = run(RunSpec(2, [0.1], [0.01], False, STEP, 30), unknown)
    assert np.isnan(runs.error).all() and np.isnan(runs.off_support).all()
    assert np.isnan(runs.best_error).all() and np.isnan(runs.best_t).all()
    assert np.isfinite(runs.loss).all() and np.isfinite(runs.w).all()


def test_files_give_back_every_array(runs, tmp_path):
    runs.save(tmp_path / "runs.npz")
    loaded = Runs.load(tmp_path / "runs.npz")
    for field in fields(Runs):
        kept, given = getattr(loaded, field.name), getattr(runs, field.name)
        assert type(kept) is type(given), field.name
        if isinstance(given, np.ndarray):
            assert kept.dtype == given.dtype and kept.shape == given.shape
            assert kept.tobytes() == given.tobytes()  # NaN included
        else:
            assert kept == given
    with np.load(tmp_path / "runs.npz", allow_pickle=False) as stored:
        assert sorted(stored) == sorted(field.name for field in fields(Runs))


def test_an_explosion_stops_all():
    with pytest.raises(DivergenceError, match=r"step size 50.*lower step_size"):
        run(RunSpec(2, [0.5], [0.25], False, 50.0, 1000), PROBLEMS)


def lines(caplog):
    return [record.getMessage() for record in caplog.records if record.name == runner.__name__]


def test_progress_is_told_once_and_counts_all_paths(caplog):
    with caplog.at_level(logging.INFO):
        run(SPEC, PROBLEMS)
    told = [line for line in lines(caplog) if not line.endswith(": begun")]
    assert lines(caplog)[0] == "depth 3, design 1 of 3: begun"
    total = 2 * 3 * ITERATIONS
    pattern = (
        r"depth 3, design (\d) of 3: (\d+) of (\d+) iterations done"
        r"(?:, about \d+ s left)?"
    )
    matches = [re.fullmatch(pattern, line) for line in told]
    assert all(matches)
    assert all(int(match[3]) == total for match in matches)
    done = [int(match[2]) for match in matches]
    assert done[-1] == total and set(done) >= {2 * ITERATIONS * i for i in range(1, 4)}
    assert all(np.diff(done) > 0)  # no line twice
    at_the_end = {int(match[2]): match for match in matches}
    for design in (1, 2, 3):
        assert int(at_the_end[2 * ITERATIONS * design][1]) == design


def test_progress_foretells_the_time_left(caplog, monkeypatch):
    clock = iter([110.0, 130.0, 140.0])
    monkeypatch.setattr(runner, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    progress = Progress(400)
    with caplog.at_level(logging.INFO):
        progress.begin("first")
        progress.report(100, 200)
        progress.report(150, 200)
        progress.end(200)
        progress.begin("second")
        progress.report(200, 200)
    # The first report, after the compilation, has no pace yet. Then 50 iterations took 20 s.
    assert lines(caplog) == [
        "first: begun",
        "first: 100 of 400 iterations done",
        "first: 150 of 400 iterations done, about 100 s left",
        "second: begun",
        "second: 400 of 400 iterations done, about 0 s left",
    ]
