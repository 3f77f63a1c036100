"""True weights of which something is drawn: sizes, signs and places, each from its law."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implicit_sparsity.problems import signals, synthetic
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.problems.spec import ProblemSpec

SPEC = ProblemSpec(
    experiment="signals",
    instances="fresh",
    seed=3,
    design="gaussian",
    options={},
    n=20,
    p=30,
    signal=1,
    k=4,
    noise=0.5,
    replicates=2,
)
SIZES = st.sampled_from([{"equal": 1.5}, {"graded": [0.5, 2.0]}, {"uniform": [0.5, 2.0]}])


@settings(max_examples=60)
@given(
    SIZES,
    st.sampled_from([None, "positive", "random"]),
    st.sampled_from([None, "first", "random"]),
    st.integers(1, 30),
    st.integers(0, 99),
)
def test_a_drawn_signal_is_what_the_mapping_says(sizes, signs, places, k, seed):
    signal = sizes | {key: v for key, v in (("signs", signs), ("places", places)) if v}
    w = signals.drawn(np.random.default_rng(seed), signal, k, 30)
    found = np.flatnonzero(w)
    assert w.shape == (30,) and found.size == k
    if places != "random":
        assert found.tolist() == list(range(k))
    size = np.sort(np.abs(w[found]))
    if "equal" in sizes:
        assert (size == 1.5).all()
    elif "graded" in sizes:
        np.testing.assert_allclose(size, np.linspace(0.5, 2.0, k))
    else:
        assert (size >= 0.5).all() and (size <= 2.0).all()
    if signs == "positive" or (signs is None and "uniform" not in sizes):
        assert (w[found] > 0).all()
    assert size.min() >= signals.least(signal)


def test_signs_and_places_are_drawn_evenly():
    """Of 4,000 draws of one weight, each place comes up about as often, and each sign."""
    rng = np.random.default_rng(0)
    signal = {"equal": 1, "signs": "random", "places": "random"}
    draws = np.array([signals.drawn(rng, signal, 1, 5) for _ in range(4000)])
    np.testing.assert_allclose((draws != 0).mean(axis=0), 0.2, atol=0.03)
    assert abs(draws.sum(axis=1).mean()) < 0.05


def test_graded_sizes_come_in_random_order():
    rng = np.random.default_rng(0)
    firsts = {signals.drawn(rng, {"graded": [1, 2]}, 3, 5)[0] for _ in range(50)}
    assert firsts == {1.0, 1.5, 2.0}


def test_random_signals_leave_design_and_noise_as_they_are():
    """And the streams of those that were there before: sizes first, then signs."""
    plain = generate(SPEC)
    drawn = generate(replace(SPEC, signal={"equal": 1, "signs": "random", "places": "random"}))
    for ours, theirs in zip(drawn, plain, strict=True):
        np.testing.assert_array_equal(ours.X, theirs.X)
        xi = [problem.y - problem.X @ problem.truth for problem in (ours, theirs)]
        np.testing.assert_allclose(*xi, atol=1e-13)
        assert not np.array_equal(ours.truth, theirs.truth)
    assert not np.array_equal(drawn[0].truth, drawn[1].truth)
    (uniform, _) = generate(replace(SPEC, signal={"uniform": [0.5, 2.0]}))
    rng = synthetic.generator(3, "signals/signal", 0)
    expected = rng.uniform(0.5, 2.0, 4) * rng.choice([-1.0, 1.0], 4)
    np.testing.assert_array_equal(uniform.truth[:4], expected)


@pytest.mark.parametrize("law", ["gaussian", "uniform", "sign", "student_t3"])
def test_noise_has_its_standard_deviation_whatever_its_law(law):
    """Student's has no fourth moment, so its sample variance is only so near."""
    spec = replace(SPEC, n=200_000, p=1, k=1, noise=2.0, law=law, replicates=1)
    (problem,) = generate(spec)
    xi = problem.y - problem.X @ problem.truth
    assert xi.std() == pytest.approx(2.0, rel=0.15 if law == "student_t3" else 0.01)
    assert abs(xi.mean()) < 0.03
    largest = np.abs(xi).max()
    bounds = {"uniform": 2 * np.sqrt(3), "sign": 2.0}
    if law in bounds:
        assert largest <= bounds[law] + 1e-9
    tail = (np.abs(xi) > 10.0).mean()  # five standard deviations
    assert (tail > 1e-3) == (law == "student_t3")


def test_gaussian_noise_is_what_it_was():
    (problem, _) = generate(SPEC)
    rng = synthetic.generator(3, "signals", 0)
    X = rng.standard_normal((20, 30))
    np.testing.assert_array_equal(problem.X, X)
    y = np.einsum("ij,j->i", X, problem.truth) + 0.5 * rng.standard_normal(20)
    np.testing.assert_array_equal(problem.y, y)
