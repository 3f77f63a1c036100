"""Every measure of a study against an independent, slow and obvious computation."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from importlib import import_module
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import hadamard

from implicit_sparsity import Problem
from implicit_sparsity.descent.engine import gradient_descent
from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.pipeline.studies import (
    activation,
    bounds,
    discretisation,
    images,
    kernel,
    precision,
    recovery,
    risk,
)
from implicit_sparsity.pipeline.studies.labels import labels
from implicit_sparsity.pipeline.studies.table import study_table
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.problems.spec import ProblemSpec
from implicit_sparsity.theory.levels import universal_level
from implicit_sparsity.theory.limits import interpolating_limit
from implicit_sparsity.theory.orthogonal import orthogonal_time
from implicit_sparsity.theory.windows import early_stopping_window

SPEC = ProblemSpec(
    experiment="small",
    instances="fresh",
    seed=5,
    design="rademacher",
    options={},
    n=40,
    p=60,
    signal=1,
    k=3,
    noise=0.4,
    replicates=1,
)


def problem_of(**changes):
    """A specification and its first problem."""
    spec = replace(SPEC, **changes)
    return spec, generate(spec)[0]


def orthogonal(truth, goals):
    """A problem with XᵀX/n = I and least squares weights ``goals``, both for the first few."""
    n = 8
    X = hadamard(n).astype(float)
    w_star, c = np.zeros(n), np.zeros(n)
    w_star[: len(truth)], c[: len(goals)] = truth, goals
    return Problem(X, X @ c, w_star)


# --- recovery ---------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [2, 2.5, 3, 5])
@pytest.mark.parametrize("until", ["window", "beyond", "fitted"])
def test_recovery_has_the_events_of_a_dense_scan(depth, until):
    spec, problem = problem_of()
    alpha = 1e-5 ** (1 / depth)
    row = recovery.measure(spec, problem, depth, alpha, until=until)
    path = gradient_flow(problem, depth, alpha, row["final_time"])
    times = np.linspace(0, row["final_time"], 40_001)
    step = times[1]
    w = path.at(times)
    error = ((w - problem.truth) ** 2).sum(axis=1)
    inside = np.abs(w[:, :3] - problem.truth[:3]).max(axis=1) < row["tolerance"]
    outside = np.abs(w[:, 3:]).max(axis=1) > alpha ** (depth / 4)
    assert not inside[0] and not outside[0] and inside.any() and outside.any()
    assert 0 <= times[inside.argmax()] - row["window_start"] <= step
    assert 0 <= times[outside.argmax()] - row["window_end"] <= step
    assert row["best_error"] == pytest.approx(error.min(), rel=1e-3)
    assert row["best_error"] <= error.min() * (1 + 1e-6)
    assert abs(row["best_time"] - times[error.argmin()]) < 0.02 * row["final_time"]
    assert row["final_error"] == pytest.approx(error[-1], rel=1e-3)


def test_recovery_is_that_of_an_explicit_integration():
    """u and v themselves, by an explicit method of order 8."""
    spec, problem = problem_of(n=20, p=6, k=2)
    depth, alpha, end = 3, 0.2, 3.0
    n, p, X, y = problem.n, problem.p, problem.X, problem.y

    def slope(_, state):
        u, v = state[:p], state[p:]
        g = 2 / n * X.T @ (X @ (u**depth - v**depth) - y)
        return np.concatenate([-depth * u ** (depth - 1) * g, depth * v ** (depth - 1) * g])

    times = np.linspace(0, end, 3001)
    start = np.full(2 * p, alpha)
    found = solve_ivp(slope, (0, end), start, "DOP853", times, rtol=1e-10, atol=1e-13).y.T
    w = found[:, :p] ** depth - found[:, p:] ** depth
    row = recovery.measure(spec, problem, depth, alpha)
    error = ((w - problem.truth) ** 2).sum(axis=1)
    inside = np.abs(w[:, :2] - 1).max(axis=1) < row["tolerance"]
    outside = np.abs(w[:, 2:]).max(axis=1) > alpha ** (3 / 4)
    assert row["window_start"] == pytest.approx(times[inside.argmax()], abs=2e-3)
    assert row["best_error"] == pytest.approx(error.min(), rel=1e-3)
    if outside.any():
        assert row["window_end"] == pytest.approx(times[outside.argmax()], abs=2e-3)
    else:
        assert row["window_end"] is None


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, 0.4 * np.sqrt(2 * np.log(60) / 40)),
        ({"n": 160}, 0.2 * np.sqrt(2 * np.log(60) / 40)),
        ({"noise": 0.0}, 0.05),
        ({"noise": 0.05}, 0.05),
        ({"noise": 30.0}, 0.5),
        ({"noise": 0.0, "signal": [3, -0.5, 2]}, 0.025),
        ({"noise": 30.0, "signal": [3, -0.5, 2]}, 0.25),
        ({"design": "ar1", "options": {"rho": 0.8}}, 0.4 * np.sqrt(2 * np.log(60) / 40)),
    ],
)
def test_tolerance_is_the_noise_level_of_the_oracle_within_bounds(changes, level):
    spec, problem = problem_of(**changes)
    least = np.abs(problem.truth[:3]).min()
    on = problem.X[:, :3]
    inflation = np.sqrt(np.diag(np.linalg.inv(on.T @ on / problem.n)).max())
    expected = np.clip(level * inflation, 0.05 * least, 0.5 * least)
    if level in (0.05 * least, 0.5 * least):
        expected = level
    assert recovery.tolerance(spec, problem) == pytest.approx(expected, rel=1e-12)
    row = recovery.measure(spec, problem, 3, 0.1)
    assert row["tolerance"] == pytest.approx(expected, rel=1e-9)
    errors = np.abs(np.linalg.lstsq(on, problem.y)[0] - problem.truth[:3])
    assert row["oracle_within"] == (errors.max() < expected)


def test_the_oracle_meets_the_tolerance_on_correlated_designs():
    """In all but one in some hundred problems: √(2 log 60) is 2.9 standard errors."""
    spec = replace(
        SPEC, n=200, design="ar1", options={"rho": 0.9}, noise=0.3, signal=2.0, replicates=60
    )
    within = []
    for problem in generate(spec):
        errors = np.linalg.lstsq(problem.X[:, :3], problem.y)[0] - problem.truth[:3]
        within.append(np.abs(errors).max() < recovery.tolerance(spec, problem))
    assert np.mean(within) > 0.95


@pytest.mark.parametrize("until", ["window", "beyond"])
def test_many_samples_are_measured_as_they_are(until):
    """The reduced problem has the same flow: checked against the flow of the problem itself."""
    spec, problem = problem_of(n=300, p=20)
    row = recovery.measure(spec, problem, 3, 0.01, until=until)
    path = gradient_flow(problem, 3, 0.01, row["final_time"], tolerance=row["tolerance"])
    assert row["best_error"] == pytest.approx(path.events.best_error, rel=1e-3)
    assert row["window_start"] == pytest.approx(path.events.support_reached, rel=1e-3)
    assert row["window_end"] == pytest.approx(path.events.off_support_exceeded, rel=1e-3)
    assert row["coherence"] == pytest.approx(problem.coherence, rel=1e-9)


# --- risk -------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [2, 2.5, 3, 5])
@pytest.mark.parametrize("n", [40, 150])
def test_risk_is_that_of_the_flow_at_its_stops(depth, n):
    """By the closed forms of the times, on a flow of the problem as it was drawn."""
    spec, problem = problem_of(n=n, signal=[1.0, -0.6, 0.8])
    alpha = 1e-6 ** (1 / depth)
    row = risk.measure(spec, problem, depth, alpha)
    level = 0.4 * np.sqrt(2 * np.log(60) / n)

    def time(size):
        drive, bound = 2 * size, 1e-6**0.25
        if depth == 2:
            return np.arcsinh(bound / (2 * alpha**2)) / (4 * drive)
        m = depth - 2
        grown = 1 - (1 + bound / alpha**depth) ** (-m / depth)
        return alpha**-m * grown / (m * depth * drive)

    end = 2 * time(level)
    path = gradient_flow(problem, depth, alpha, end, tolerance=recovery.tolerance(spec, problem))
    stops = path.at([time(level), min(time(0.6 / 32), end)])
    errors = ((stops - problem.truth) ** 2).sum(axis=1)
    assert row["prescribed_error"] == pytest.approx(errors[0], rel=1e-2)
    assert row["fixed_error"] == pytest.approx(errors[1], rel=1e-2)
    assert row["best_error"] == pytest.approx(path.events.best_error, rel=1e-2)
    assert row["best_error"] <= row["prescribed_error"]
    assert row["rate"] == pytest.approx(3 * 0.16 * np.log(60) / n)
    assert row["signal_over_level"] == pytest.approx(0.6 / level)
    start, stop = path.events.support_reached, path.events.off_support_exceeded
    assert row["window_start"] == (start and pytest.approx(start, rel=1e-2))
    assert row["window_end"] == (stop and pytest.approx(stop, rel=1e-2))
    cautious = time(1.5 * level)
    assert row["stop_in_window"] == (
        start is not None and start <= cautious and (stop is None or cautious <= stop)
    )


@pytest.mark.parametrize("n", [40, 150])
def test_least_risk_inflation_is_that_of_a_plain_search(n):
    spec, problem = problem_of(n=n)
    row = risk.measure(spec, problem, 3, 0.01)
    level = 0.4 * np.sqrt(2 * np.log(60) / n)
    path = gradient_flow(problem, 3, 0.01, 2 * risk.stopping_time(level, 3, 0.01))
    scores = []
    for w in path.w:
        rest = problem.y - problem.X @ w
        count = sum(abs(weight) > 0.01**0.75 for weight in w)
        scores.append(rest @ rest / 0.16 + 2 * count * np.log(60))
    best = path.w[int(np.argmin(scores))]
    assert row["selected_error"] == pytest.approx(((best - problem.truth) ** 2).sum(), rel=0.05)


def test_risk_needs_noise():
    spec, problem = problem_of(noise=0.0)
    with pytest.raises(ValueError, match="without noise; set noise"):
        risk.measure(spec, problem, 3, 0.01)


def test_recovery_ends_where_it_is_told_to():
    spec, problem = problem_of()
    row = recovery.measure(spec, problem, 4, 0.03, until="beyond")
    window = early_stopping_window(problem, 4, 0.03, row["tolerance"])
    assert (row["predicted_start"], row["predicted_end"]) == (window.start, window.end)
    assert row["final_time"] == 3 * window.end
    row = recovery.measure(spec, problem, 4, 0.03)
    (last,) = gradient_flow(problem, 4, 0.03).at(row["final_time"])
    largest = [np.abs(problem.X.T @ (problem.X @ w - problem.y)).max() for w in (0 * last, last)]
    assert largest[1] <= 1e-2 * largest[0] * (1 + 1e-6)


@pytest.mark.parametrize("changes", [{}, {"n": 20}, {"noise": 4.0}, {"k": 15}])
@pytest.mark.parametrize("init", [1e-5, 1e-2, 10])
def test_a_flow_that_ends_with_its_window_misses_nothing(changes, init):
    """What it reports is that of the flow beyond the window, and it ends once the error is spoilt,
    where there is a window at all."""
    spec, problem = problem_of(**changes)
    depth, alpha = 4, init**0.25
    early, late = (
        recovery.measure(spec, problem, depth, alpha, until=u) for u in ("window", "beyond")
    )
    ends = [(row.pop("final_time"), row.pop("final_error")) for row in (early, late)]
    pd.testing.assert_frame_equal(pd.DataFrame([early]), pd.DataFrame([late]), rtol=1e-3)
    (time, error), (latest, _) = ends
    if early["window_start"] is None or early["window_end"] is None:
        assert time == latest
    else:
        happened = early["window_start"], early["window_end"], early["best_time"]
        assert max(happened) <= time <= latest
        assert error > 2 * early["best_error"] or time == latest


@pytest.mark.parametrize("changes", [{"noise": 0.0}, {"k": 60}])
def test_recovery_runs_until_fitted_where_no_window_ends(changes):
    """Without noise, or without coordinates off the support."""
    spec, problem = problem_of(**changes)
    row = recovery.measure(spec, problem, 3, 0.03, until="window")
    assert row["predicted_end"] == np.inf
    assert row == recovery.measure(spec, problem, 3, 0.03, until="fitted")


@pytest.mark.parametrize(
    ("changes", "init", "expected"),
    [
        ({}, 1e-6, True),
        ({"signal": [2, -1, 1.5]}, 1e-6, True),
        ({"k": 35}, 1e-6, False),
        ({"noise": 20.0}, 1e-6, False),
    ],
)
def test_separated_by_a_plain_loop(changes, init, expected):
    spec, problem = problem_of(**changes)
    for depth in (2, 3):
        alpha = init ** (1 / depth)
        separated = False
        for w in gradient_flow(problem, depth, alpha).w:
            on = [abs(w[i]) for i in range(problem.p) if problem.truth[i] != 0]
            off = [abs(w[i]) for i in range(problem.p) if problem.truth[i] == 0]
            separated = separated or bool(min(on) > max(off))
        row = recovery.measure(spec, problem, depth, alpha)
        assert row["separated"] is separated is expected


def test_recovery_measures_the_incoherence():
    spec, problem = problem_of(signal=[1.0, -2.0, 4.0], design="gaussian")
    row = recovery.measure(spec, problem, 2, 0.1)
    X = problem.X
    cosines = [
        abs(X[:, i] @ X[:, j]) / np.sqrt(X[:, i] @ X[:, i] * (X[:, j] @ X[:, j]))
        for i, j in combinations(range(problem.p), 2)
    ]
    assert row["coherence"] == pytest.approx(max(cosines), rel=1e-12)
    assert row["incoherence"] == pytest.approx(max(cosines) * 3 * 4, rel=1e-12)


def test_a_window_that_never_opens_or_closes():
    """Noise drowns the signal; or there is none on an orthogonal design."""
    spec, problem = problem_of(noise=20.0)
    row = recovery.measure(spec, problem, 3, 0.01)
    assert row["window_start"] is None and row["window_end"] > 0
    silent = orthogonal([1.0, 2.0], [1.0, 2.0])
    row = recovery.measure(replace(SPEC, n=8, p=8, k=2, noise=0.0), silent, 3, 0.01)
    assert row["window_end"] is None and row["window_start"] > 0
    assert row["predicted_end"] == np.inf


# --- bounds -----------------------------------------------------------------------------------


def by_scan(problem, depth, alpha, level, bound, strong):
    """Edges of the window and the largest error of each signal in it, from a dense scan."""
    path = gradient_flow(problem, depth, alpha, rtol=1e-8)
    times = np.linspace(0, float(path.t[-1]), 100_001)
    w = path.at(times)
    on = np.abs(w[:, problem.support] - problem.truth[problem.support])
    off = np.abs(np.delete(w, problem.support, axis=1)).max(axis=1)
    start = int((on[:, strong].max(axis=1) < level).argmax())
    end = int((off > bound).argmax())
    return times[start], times[end], on[start : end + 1].max(axis=0), times[1]


@pytest.mark.parametrize(("depth", "alpha"), [(2, 1e-3), (3, 0.02), (5, 0.1)])
@pytest.mark.parametrize("signal", [[1, 1, 1], [2, 1, 1], [1, 1, 0.05]])
def test_the_bounds_at_all_times_by_a_dense_scan(depth, alpha, signal):
    spec, problem = problem_of(n=300, p=60, signal=signal, noise=0.5)
    row = bounds.measure(spec, problem, depth, alpha)
    level, bound = universal_level(300, 60, 0.5), alpha ** (depth / 4)
    strong = np.array(signal) > level
    start, end, worst, step = by_scan(problem, depth, alpha, level, bound, strong)
    assert start < end
    assert row["window_start"] == pytest.approx(start, abs=2 * step, rel=0.03)
    assert row["window_end"] == pytest.approx(end, abs=2 * step, rel=0.03)
    # The scan may miss the opening, at which the largest error is the level.
    assert row["strong"] == pytest.approx(max(worst[strong].max() / level, 1), rel=0.02)
    if strong.all():
        assert row["weak"] is None
    else:
        assert row["weak"] == pytest.approx(worst[2] / level, rel=0.02)
    largest = max(abs(np.array(signal)[strong])) / min(abs(np.array(signal)[strong]))
    assert row["incoherence"] == pytest.approx(problem.coherence * 3 * largest)
    predicted = early_stopping_window(problem, depth, alpha, level)
    assert (row["predicted_start"], row["predicted_end"]) == (predicted.start, predicted.end)


def test_the_limit_of_the_predicted_ratio_is_that_of_great_depth():
    spec, problem = problem_of(n=300, p=60, noise=0.5)
    level, init = universal_level(300, 60, 0.5), 1e-6
    limits = [bounds.measure(spec, problem, n, init ** (1 / n))["limit_ratio"] for n in (2, 4, 30)]
    assert limits == pytest.approx([limits[0]] * 3, rel=1e-6)
    ratios = [
        early_stopping_window(problem, n, init ** (1 / n), level, init**0.25).ratio
        for n in (4, 40, 400)
    ]
    gaps = np.abs(np.array(ratios) - limits[0])
    assert gaps[-1] < 1e-3 * limits[0] and (np.diff(gaps) <= 1e-9).all()


def test_no_window_has_no_bounds():
    spec, problem = problem_of(n=20, p=60, k=12)
    row = bounds.measure(spec, problem, 3, 0.02)
    assert row["window_start"] is None and row["strong"] is None


# --- activation -------------------------------------------------------------------------------


def expected_times(problem, depth, alpha):
    """Times of 10, 50 and 90 % of what each coordinate, (k, 3), comes to on an orthogonal design.

    That is its least-squares weight.
    """
    goals = problem.X.T @ problem.y / problem.n
    return np.array(
        [
            [
                orthogonal_time(s * abs(goals[i]), abs(goals[i]), depth, alpha)
                for s in (0.1, 0.5, 0.9)
            ]
            for i in problem.support
        ]
    )


def kendall(first, second):
    """Concordant less discordant pairs, over all, without ties."""
    pairs = list(combinations(range(len(first)), 2))
    signs = [np.sign((first[i] - first[j]) * (second[i] - second[j])) for i, j in pairs]
    return sum(signs) / len(pairs)


@pytest.mark.parametrize("depth", [2, 2.5, 3, 5])
@pytest.mark.parametrize("truth", [[4.0, 3.0, 2.0, 1.0], [-1.0, 2.0, -3.0]])
def test_activation_of_coordinates_that_do_not_see_each_other(depth, truth):
    problem = orthogonal(truth, truth)
    alpha = 1e-4 ** (1 / depth)
    times = expected_times(problem, depth, alpha)
    path = gradient_flow(problem, depth, alpha)
    for i, expected in enumerate(times):
        found = activation.rise_times(path, i, float((problem.X.T @ problem.y / problem.n)[i]))
        np.testing.assert_allclose(found, expected, rtol=2e-3)
    largest_first = times[np.argsort(-np.abs(truth))]
    sharpness = [(now[2] - now[0]) / (later[1] - now[1]) for now, later in pairwise(largest_first)]
    row = activation.measure(SPEC, problem, depth, alpha)
    assert row["rise_over_gap"] == pytest.approx(np.median(sharpness), rel=1e-2)
    assert row["order"] == 1.0


@settings(deadline=None, max_examples=20)
@given(st.permutations([1.05, 1.2, 1.4, 1.65]), st.sampled_from([2, 3, 4]), st.booleans())
def test_the_order_of_activation_is_counted_in_pairs(goals, depth, equal):
    """What noise makes of the weights decides when they rise, their true size what is expected."""
    truth = [1.0] * 4 if equal else [1.03, 1.02, 1.01, 1.0]
    problem = orthogonal(truth, goals)
    alpha = 1e-4 ** (1 / depth)
    half = expected_times(problem, depth, alpha)[:, 1]
    row = activation.measure(SPEC, problem, depth, alpha)
    assert row["order"] == pytest.approx(kendall(half, range(4)))


def test_the_places_of_equal_weights_say_nothing_but_their_order():
    problem = orthogonal([1.0, 1.0, 1.0], [1.1, 1.3, 1.2])
    assert activation.measure(SPEC, problem, 3, 0.01)["order"] == pytest.approx(-1 / 3)


@pytest.mark.parametrize(("depth", "init"), [(2, 1e-4), (4, 1e-4), (3, 10.0)])
def test_activation_of_coordinates_that_see_each_other(depth, init):
    """From a dense scan of the path, each crossing its shares of the end for the first time."""
    spec, problem = problem_of(signal=[3, -1.5, 0.75])
    alpha = init ** (1 / depth)
    path = gradient_flow(problem, depth, alpha)
    times = np.linspace(0, float(path.t[-1]), 200_001)
    w = path.at(times)[:, :3]
    ends = interpolating_limit(problem, depth, alpha)[:3]
    ends = np.where((w / ends).max(axis=0) > 0.9, ends, w[-1])
    shares = w / ends
    first = np.array(
        [[times[(s >= level).argmax()] for level in (0.1, 0.5, 0.9)] for s in shares.T]
    )
    found = np.array([activation.rise_times(path, i, ends[i]) for i in range(3)])
    np.testing.assert_allclose(found, first, atol=1.01 * times[1])
    order = first[:, 1].argsort()
    sharpness = [
        (first[now, 2] - first[now, 0]) / (first[later, 1] - first[now, 1])
        for now, later in pairwise(order)
    ]
    row = activation.measure(spec, problem, depth, alpha)
    assert row["rise_over_gap"] == pytest.approx(np.median(sharpness), rel=0.02)
    assert row["order"] == pytest.approx(kendall(first[:, 1], range(3)))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 999), st.sampled_from([0.1, 3.0, 30.0]), st.sampled_from([1e-4, 10.0]))
def test_activation_is_always_a_number(seed, noise, init):
    """However far the weights at the end are from the truth."""
    spec, problem = problem_of(n=30, p=40, seed=seed, noise=noise, signal=[2, 1, 1])
    row = activation.measure(spec, problem, 3, init ** (1 / 3))
    assert row["rise_over_gap"] > 0 and -1 <= row["order"] <= 1


# --- kernel -----------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_a_huge_start_ends_in_least_squares_of_least_norm(depth):
    spec, problem = problem_of(n=20)
    row = kernel.measure(spec, problem, depth, 1e4 ** (1 / depth))
    least_norm = np.linalg.pinv(problem.X) @ problem.y
    assert row["end_distance"] < 1e-4 and row["residual"] < 1e-6
    assert row["final_error"] == pytest.approx(((least_norm - problem.truth) ** 2).sum(), rel=1e-3)
    assert row["best_error"] <= row["final_error"]


@pytest.mark.parametrize("depth", [2, 3])
def test_a_small_start_ends_elsewhere(depth):
    spec, problem = problem_of(n=20, noise=0.1)
    alpha = 1e-6 ** (1 / depth)
    row = kernel.measure(spec, problem, depth, alpha)
    short = gradient_flow(problem, depth, alpha)
    long = gradient_flow(problem, depth, alpha, 1e3 * float(short.t[-1]))
    (last,) = long.at(long.t[-1])
    least_norm = np.linalg.pinv(problem.X) @ problem.y
    gap = np.sqrt(sum((last - least_norm) ** 2) / sum(least_norm**2))
    assert row["end_distance"] == pytest.approx(gap, rel=1e-9) and gap > 0.3
    assert row["residual"] < 1e-6
    # Of the interpolants it has a far smaller ℓ₁ norm, which is what a sparse truth calls for.
    assert np.abs(last).sum() < 0.9 * np.abs(least_norm).sum()
    times = np.geomspace(1e-3, float(long.t[-1]), 20_000)
    errors = ((long.at(times) - problem.truth) ** 2).sum(axis=1)
    assert row["best_error"] == pytest.approx(errors.min(), rel=1e-3)


def test_the_residual_is_what_no_weights_fit():
    """More samples than weights: the end is least squares from any start."""
    spec, problem = problem_of(n=50, p=10)
    w, rest, *_ = np.linalg.lstsq(problem.X, problem.y)
    for init in (1e-3, 10.0):
        row = kernel.measure(spec, problem, 3, init ** (1 / 3))
        assert row["end_distance"] < 1e-3
        expected = np.sqrt(rest[0] / (problem.y @ problem.y))
        assert row["residual"] == pytest.approx(expected, rel=1e-4)
        assert row["final_error"] == pytest.approx(((w - problem.truth) ** 2).sum(), rel=1e-2)


# --- images -----------------------------------------------------------------------------------


@cache
def image_problem(n=80):
    return problem_of(design="rademacher", n=n, p=784, signal="mnist", k=None, noise=0.0)


def psnr(w, truth):
    return -10 * np.log10(sum((a - b) ** 2 for a, b in zip(w, truth, strict=True)) / len(truth))


def test_images_at_the_papers_stop_are_those_of_gradient_descent():
    """10,000 iterations of step size 5e-3/N², as the authors run them."""
    spec, problem = image_problem()
    for depth in (2, 3):
        alpha = 1e-3 ** (1 / depth)
        path = gradient_descent(problem, depth, alpha, 5e-3 / depth**2, 10_000, one_sided=True)
        row = images.measure(spec, problem, depth, alpha)[0]
        assert row["stop"] == "paper" and row["time"] == pytest.approx(50 / depth**2)
        assert row["psnr"] == pytest.approx(psnr(path.w[-1], problem.truth), abs=0.02)


def test_images_at_the_other_stops():
    spec, problem = image_problem()
    depth, alpha, end = 3, 0.1, 200 * 50 / 9
    paper, held_out, last = images.measure(spec, problem, depth, alpha)
    assert [row["stop"] for row in (paper, held_out, last)] == ["paper", "held-out", "end"]
    path = gradient_flow(problem, depth, alpha, end, one_sided=True)
    assert last["time"] == pytest.approx(end)
    assert last["psnr"] == pytest.approx(psnr(path.w[-1], problem.truth), abs=1e-6)
    # Every tenth measurement is held out, from the tenth on.
    test = [i for i in range(problem.n) if i % 10 == 9]
    train = [i for i in range(problem.n) if i % 10 != 9]
    part = Problem(problem.X[train], problem.y[train], problem.truth)
    path = gradient_flow(part, depth, alpha, end, one_sided=True)
    errors = [np.mean([(problem.X[i] @ w - problem.y[i]) ** 2 for i in test]) for w in path.w]
    best = int(np.argmin(errors))
    assert held_out["time"] == pytest.approx(path.t[best])
    assert held_out["psnr"] == pytest.approx(psnr(path.w[best], problem.truth), abs=1e-6)


def test_the_held_out_measurements_cannot_be_seen():
    """Whatever they are, the path on the others is the same, and only the stop may change."""
    spec, problem = image_problem()
    rows = images.measure(spec, problem, 2, 0.03)
    y = problem.y.copy()
    y[9::10] = 0.0  # the weights 0 predict these best
    other = images.measure(spec, Problem(problem.X, y, problem.truth), 2, 0.03)
    assert other[1]["time"] < 0.1 * rows[1]["time"]
    assert other[1]["psnr"] == pytest.approx(psnr(0 * problem.truth, problem.truth), abs=0.5)


# --- discretisation ---------------------------------------------------------------------------


def descend(problem, depth, alpha, step, iterations, dtype=np.float64):
    """Weights (iterations + 1, p) of gradient descent by its definition."""
    X, y = problem.X.astype(dtype), problem.y.astype(dtype)
    rate = dtype(step * depth * 2 / problem.n)
    u = np.full(problem.p, alpha, dtype)
    v = u.copy()
    w = np.empty((iterations + 1, problem.p), dtype)
    for t in range(iterations + 1):
        power_u, power_v = u.copy(), v.copy()
        for _ in range(depth - 2):
            power_u, power_v = power_u * u, power_v * v
        w[t] = power_u * u - power_v * v
        g = X.T @ (X @ w[t] - y)
        u, v = u - rate * (power_u * g), v + rate * (power_v * g)
    return w


def edges_of(w, problem, level, bound):
    """First iterations within the level on the support and beyond the bound off it."""
    on = problem.truth != 0
    inside = np.abs(w[:, on] - problem.truth[on]).max(axis=1) < level
    outside = np.abs(w[:, ~on]).max(axis=1) > bound
    return tuple(int(hit.argmax()) if hit.any() else None for hit in (inside, outside))


@pytest.mark.parametrize(("depth", "alpha"), [(2, 0.02), (2, 0.005), (3, 0.1)])
def test_the_deviation_of_descent_by_hand(depth, alpha):
    spec, problem = problem_of()
    steps = [0.04, 0.02, 0.01, 0.005]
    scaled = [step * depth**2 for step in steps]
    rows = discretisation.measure(spec, problem, depth, alpha, scaled_step=scaled)
    level, bound = recovery.tolerance(spec, problem), alpha ** (depth / 4)
    window = gradient_flow(problem, depth, alpha, rtol=1e-8, tolerance=level).events
    end = window.off_support_exceeded
    flow = gradient_flow(problem, depth, alpha, 1.5 * end, rtol=1e-8)
    assert [row["step_size"] for row in rows] == pytest.approx(steps)
    for row, step in zip(rows, steps, strict=True):
        w = descend(problem, depth, alpha, step, int(1.2 * end / step))
        when = np.arange(int(end / step) + 1)
        whole, fast = (np.abs(w[when] - flow.at(pace * step * when)).max() for pace in (1.0, 1.05))
        # The table looks at some of these times.
        assert 0.95 * whole < row["deviation"] < whole + 1e-4
        assert 0.9 * fast < row["deviation_fast"] < fast + 1e-4
        start, stop = edges_of(w, problem, level, bound)
        assert row["descent_start"] == pytest.approx(start * step, rel=1e-12)
        assert row["descent_end"] == pytest.approx(stop * step, rel=1e-12)
        assert row["flow_start"] == pytest.approx(window.support_reached, rel=1e-4)
        assert row["flow_end"] == pytest.approx(end, rel=1e-4)
    deviations = [row["deviation"] for row in rows]
    np.testing.assert_allclose(np.divide(deviations[:-1], deviations[1:]), 2.0, rtol=0.15)
    # The clock that runs fast does not fall in line.
    assert rows[-1]["deviation_fast"] > 2 * rows[-1]["deviation"]


def test_the_signal_is_seen_to_rise_where_the_window_is_long():
    """However short the rise is beside the window: few points in time would miss it."""
    spec, problem = problem_of(n=100)
    depth, alpha, step = 3, 0.03, 0.02
    (row,) = discretisation.measure(spec, problem, depth, alpha, scaled_step=[9 * step])
    end = row["flow_end"]
    w = descend(problem, depth, alpha, step, int(end / step))
    rise = np.ptp(step * np.flatnonzero((w[:, 0] > 0.1) & (w[:, 0] < 0.9)))
    assert rise < 0.02 * end
    flow = gradient_flow(problem, depth, alpha, 1.5 * end, rtol=1e-8)
    whole = np.abs(w - flow.at(step * np.arange(len(w)))).max()
    assert 0.95 * whole < row["deviation"] < whole + 1e-4


def test_rows_are_empty_where_no_window_closes():
    silent = orthogonal([1.0, 2.0], [1.0, 2.0])
    spec = replace(SPEC, n=8, p=8, k=2, noise=0.0)
    rows = discretisation.measure(spec, silent, 3, 0.1, scaled_step=[0.18, 0.09])
    assert rows == [{"step_size": 0.02}, {"step_size": 0.01}]


def test_a_descent_that_diverges_deviates_infinitely():
    spec, problem = problem_of(n=100)
    (row,) = discretisation.measure(spec, problem, 3, 0.03, scaled_step=[20.0])
    assert row["deviation"] == row["deviation_fast"] == np.inf
    assert row["flow_end"] > row["flow_start"] and "descent_end" not in row


# --- precision --------------------------------------------------------------------------------


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 999), st.sampled_from([(2, 0.05), (3, 0.15), (4, 0.3)]))
def test_the_plain_loop_in_double_precision_is_gradient_descent(seed, start):
    depth, alpha = start
    spec, problem = problem_of(seed=seed, n=30, p=40)
    level = recovery.tolerance(spec, problem)
    for iterations in (300, 3000):
        path = gradient_descent(problem, depth, alpha, 0.02, iterations, tolerance=level)
        found = precision.edges(problem, depth, alpha, 0.02, iterations, level, np.float64)
        assert found == (path.events.support_reached, path.events.off_support_exceeded)


@pytest.mark.parametrize(("depth", "alpha"), [(2, 0.02), (3, 0.1)])
def test_single_precision_has_the_same_edges_where_updates_are_large(depth, alpha):
    spec, problem = problem_of()
    level = 0.2
    double, single, flow = precision.measure(
        spec, problem, depth, alpha, step_size=[0.02], tolerance=level
    )
    assert [row["precision"] for row in (double, single, flow)] == ["float64", "float32", "flow"]
    events = gradient_flow(problem, depth, alpha, tolerance=level).events
    assert flow["window_start"] == events.support_reached / 0.02
    assert flow["window_end"] == events.off_support_exceeded / 0.02
    assert double["window_start"] > 10 and double["window_end"] > double["window_start"]
    for edge in ("window_start", "window_end"):
        assert double[edge] == single[edge]
    w = descend(problem, depth, alpha, 0.02, int(double["window_end"]))
    found = edges_of(w, problem, level, alpha ** (depth / 4))
    assert found == (double["window_start"], double["window_end"])


def test_double_precision_is_tried_with_more_iterations_until_both_edges_are_found():
    _, problem = problem_of()
    start, end = precision.edges(problem, 3, 0.1, 0.02, 3000, 0.2, np.float64)
    for tries, expected in (
        ([end, 10**15], (start, end)),
        ([end - 1, end], (start, end)),
        ([start - 1, end - 1], (start, None)),
    ):
        assert precision.double_edges(problem, 3, 0.1, 0.02, tries, 0.2) == expected


def test_every_number_of_the_loop_is_of_the_type_that_is_asked_for():
    """On the identity no product rounds, so that a loop in NumPy's float32 is the same to the bit.

    It stalls before the support is within the level.
    """
    truth, level, alpha, step, iterations = np.array([1.0, 0.0]), 1e-5, 0.5, 1e-3, 20_000
    problem = Problem(np.eye(2), np.array([1.0, 0.75]), truth)
    found = {}
    for dtype in (np.float32, np.float64):
        w = descend(problem, 3, alpha, step, iterations, dtype)
        assert w.dtype == dtype
        expected = edges_of(w, problem, dtype(level), dtype(alpha**0.75))
        found[dtype] = precision.edges(problem, 3, alpha, step, iterations, level, dtype)
        assert found[dtype] == expected
    assert found[np.float32][0] is None and found[np.float64][0] < iterations


def test_the_support_need_not_come_first():
    spec, problem = problem_of()
    order = np.random.default_rng(0).permutation(problem.p)
    mixed = Problem(problem.X[:, order], problem.y, problem.truth[order])
    assert not np.array_equal(mixed.support, problem.support)
    level = recovery.tolerance(spec, problem)
    for dtype in (np.float32, np.float64):
        arguments = (3, 0.1, 0.02, 3000, level, dtype)
        found = precision.edges(problem, *arguments)
        assert found == precision.edges(mixed, *arguments) and None not in found


def test_a_window_that_does_not_close_in_time_has_no_end():
    spec, problem = problem_of()
    level = recovery.tolerance(spec, problem)
    start, end = precision.edges(problem, 3, 0.1, 0.02, 3000, level, np.float64)
    assert precision.edges(problem, 3, 0.1, 0.02, end, level, np.float64) == (start, end)
    assert precision.edges(problem, 3, 0.1, 0.02, end - 1, level, np.float64) == (start, None)
    assert precision.edges(problem, 3, 0.1, 0.02, start - 1, level, np.float64) == (None, None)
    silent = orthogonal([1.0, 2.0], [1.0, 2.0])
    rows = precision.measure(
        replace(SPEC, n=8, p=8, k=2, noise=0.0), silent, 3, 0.1, step_size=[0.01]
    )
    # Where the flow has no window, no descent is run.
    assert [(row["window_start"], row["window_end"]) for row in rows] == [(None, None)] * 3


def test_precision_without_weights_off_the_support():
    """k = p: no window closes."""
    spec, problem = problem_of(n=20, p=3)
    level = recovery.tolerance(spec, problem)
    for dtype in (np.float32, np.float64):
        start, end = precision.edges(problem, 3, 0.1, 0.02, 3000, level, dtype)
        assert 0 < start < 3000 and end is None
    rows = precision.measure(spec, problem, 3, 0.1, step_size=[0.02])
    assert [row["precision"] for row in rows] == ["float64", "float32", "flow"]
    assert [row["window_end"] for row in rows] == [None, None, None]


# --- stopping ---------------------------------------------------------------------------------


def test_what_each_rule_of_stopping_finds():
    stopping = import_module("implicit_sparsity.pipeline.studies.stopping")
    spec, problem = problem_of(n=60)
    depth, alpha = 3, 0.01
    found = pd.DataFrame(stopping.measure(spec, problem, depth, alpha))
    rules = ["best", "5-fold", "hold-out", "discrepancy", "EBIC", "GIC", "BIC", "end"]
    assert found["stop"].tolist() == rules
    assert (found["seconds"] > 0).all()
    errors = found.set_index("stop")["best_error"]
    path = gradient_flow(problem, depth, alpha)
    times = np.linspace(0, float(path.t[-1]), 20_001)
    along = ((path.at(times) - problem.truth) ** 2).sum(axis=1)
    assert errors["best"] == pytest.approx(along.min(), rel=1e-3)
    assert errors["end"] == pytest.approx(along[-1], rel=1e-9)
    # The first of every five samples is held out.
    test = [i for i in range(60) if i % 5 == 0]
    train = [i for i in range(60) if i % 5 != 0]
    part = gradient_flow(Problem(problem.X[train], problem.y[train]), depth, alpha)
    times = np.linspace(0, float(part.t[-1]), 20_001)
    w = part.at(times)
    held_out = ((w @ problem.X[test].T - problem.y[test]) ** 2).mean(axis=1)
    expected = ((w[held_out.argmin()] - problem.truth) ** 2).sum()
    assert errors["hold-out"] == pytest.approx(expected, rel=0.02)
    # The rules know less than "best" does, and more than not to stop.
    assert errors["best"] <= errors[["5-fold", "discrepancy"]].min() * (1 + 1e-3)
    assert errors[["5-fold", "discrepancy"]].max() < errors["end"]
    # Where the criterion finds the columns, its error is that of least squares on them.
    on = problem.truth != 0
    oracle = problem.truth.copy()
    oracle[on] = np.linalg.lstsq(problem.X[:, on], problem.y)[0]
    assert errors["EBIC"] == pytest.approx(((oracle - problem.truth) ** 2).sum(), rel=1e-6)


# --- tables -----------------------------------------------------------------------------------

CELLS = [replace(SPEC, n=n, noise=noise, replicates=2) for n in (30, 40) for noise in (0.2, 0.4)]


def study(**changes):
    entry = {
        "measure": "recovery",
        "cells": CELLS,
        "depth": 3,
        "alpha": [0.1, 0.3],
        "init": [1e-3, 0.027],
        "options": {"until": "window"},
    }
    return StudySpec(**(entry | changes))


def test_a_table_has_a_row_for_every_flow():
    found = study_table(study())
    keys = [
        (cell.n, cell.noise, replicate, alpha)
        for cell in CELLS
        for replicate in range(2)
        for alpha in (0.1, 0.3)
    ]
    assert list(found[["n", "noise", "replicate", "alpha"]].itertuples(index=False)) == keys
    assert (found["method"] == "flow").all() and (found["depth"] == 3).all()
    assert found["init"].tolist() == [1e-3, 0.027] * 8
    problem = generate(CELLS[2])[1]
    expected = recovery.measure(CELLS[2], problem, 3, 0.3, until="window")
    row = found[(found["n"] == 40) & (found["noise"] == 0.2) & (found["replicate"] == 1)].iloc[1]
    for name, value in expected.items():
        assert np.isnan(row[name]) if value is None else row[name] == value
    again = pd.read_csv(io.StringIO(found.to_csv(index=False)))
    pd.testing.assert_frame_equal(found, again, check_dtype=False)


def test_a_table_of_several_rows_for_each_flow():
    spec = study(measure="precision", cells=CELLS[:1], options={"step_size": [0.02, 0.01]})
    found = study_table(spec)
    assert len(found) == 2 * 2 * 2 * 3
    assert found["step_size"].tolist() == [*[0.02] * 3, *[0.01] * 3] * 4
    assert found["precision"].tolist() == ["float64", "float32", "flow"] * 8


def test_cells_have_labels():
    cell = replace(SPEC, design="ar1", options={"rho": 0.5}, signal=[4, 3.0, 0.5], noise=0.25)
    assert labels(cell) == {
        "design": "ar1(rho=0.5)",
        "n": 40,
        "p": 60,
        "k": 3,
        "signal": "4 3 0.5",
        "noise": 0.25,
    }
    both = replace(SPEC, options={"probability": 0.25, "centred": True})
    assert labels(both)["design"] == "rademacher(probability=0.25, centred)"
    plain = replace(SPEC, options={"probability": 0.25, "centred": False})
    assert labels(plain)["design"] == "rademacher(probability=0.25)"
    for centred, label in ((True, "rademacher(centred)"), (False, "rademacher")):
        assert labels(replace(SPEC, options={"centred": centred}))["design"] == label
    assert labels(SPEC)["design"] == "rademacher" and labels(SPEC)["signal"] == 1
    random = replace(SPEC, signal={"uniform": [0.5, 2.0]})
    assert labels(random)["signal"] == "uniform(0.5, 2)"
    drawn = {"equal": 1.5, "signs": "random", "places": "random"}
    words = "equal(1.5), random signs, random places"
    assert labels(replace(SPEC, signal=drawn))["signal"] == words
    assert labels(replace(SPEC, signal={"graded": [1, 2]}))["signal"] == "graded(1, 2)"
    assert labels(replace(SPEC, law="uniform", noise=0.5))["noise"] == "uniform(0.5)"


def test_the_truth_need_not_be_the_same_in_every_replicate():
    """The tolerance, the activations and the support are those of each problem's own weights."""
    spec = replace(SPEC, signal={"uniform": [0.5, 2.0]}, replicates=3, noise=0.0)
    problems = generate(spec)
    assert len({problem.truth.tobytes() for problem in problems}) == 3
    assert any((problem.truth < 0).any() for problem in problems)
    found = study_table(StudySpec("recovery", [spec], 3, [0.01], [1e-6], {}))
    least = [np.abs(problem.truth[:3]).min() for problem in problems]
    np.testing.assert_allclose(found["tolerance"], 0.05 * np.array(least))
    assert all(0.5 <= weight <= 2 for weight in least)
    orders = study_table(StudySpec("activation", [spec], 3, [0.01], [1e-6], {}))["order"]
    assert (orders == 1).all()


def test_replicates_are_the_same_problems_in_every_cell_of_their_shape():
    """So that differences between cells are not differences between draws."""
    quiet, loud = (generate(replace(SPEC, noise=noise))[0] for noise in (0.2, 0.4))
    np.testing.assert_array_equal(quiet.X, loud.X)
    noise = [problem.y - problem.X @ problem.truth for problem in (quiet, loud)]
    np.testing.assert_allclose(2 * noise[0], noise[1], atol=1e-12)
