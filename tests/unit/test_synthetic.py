"""Streams of random numbers that depend on their keys alone, and responses with noise."""

from __future__ import annotations

import numpy as np
import pytest

from implicit_sparsity.problems import synthetic


def first_numbers(seed=0, experiment="depth", replicate=0):
    return synthetic.generator(seed, experiment, replicate).standard_normal(8).tobytes()


def test_streams_do_not_depend_on_order():
    keys = [(e, r) for e in ("depth", "noise") for r in range(3)]
    forward = {key: first_numbers(0, *key) for key in keys}
    backward = {key: first_numbers(0, *key) for key in reversed(keys)}
    assert forward == backward
    assert len(set(forward.values())) == len(keys)
    assert first_numbers(seed=1) != first_numbers(seed=0)


def test_streams_are_pinned():
    """NumPy keeps SeedSequence and PCG64 fixed, so a change here is a change of our keys."""
    raw = synthetic.generator(2021, "convergence", 7).bit_generator.random_raw(2)
    sequence = np.random.SeedSequence(2021, spawn_key=(0xF50CF474, 7))
    np.testing.assert_array_equal(raw, np.random.PCG64(sequence).random_raw(2))


def test_a_response_is_signal_plus_noise():
    X = synthetic.design("gaussian", synthetic.generator(0, "y", 0), 5_000, 3)
    w_star = np.array([1.0, 0.0, -2.0])
    rng = synthetic.generator(0, "y", 1)
    np.testing.assert_allclose(synthetic.response(rng, X, w_star, 0.0), X @ w_star, atol=1e-12)
    xi = synthetic.response(rng, X, w_star, 0.5) - X @ w_star
    assert xi.std() == pytest.approx(0.5, rel=0.05)
    assert abs(xi.mean()) < 0.03


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: synthetic.generator(-1, "a", 0), "seed must be"),
        (lambda: synthetic.generator(0, "", 0), "experiment must be a name"),
        (lambda: synthetic.generator(0, 3, 0), "experiment must be a name"),
        (lambda: synthetic.generator(0, "a", 0.5), "replicate must be"),
        (lambda: synthetic.design("gaussian", synthetic.generator(0, "a", 0), 0, 2), "n must be"),
        (lambda: synthetic.design("gaussian", synthetic.generator(0, "a", 0), 2, 0), "p must be"),
        (
            lambda: synthetic.response(
                synthetic.generator(0, "a", 0), np.ones((2, 3)), np.ones(2), 1.0
            ),
            "make them agree",
        ),
        (
            lambda: synthetic.response(
                synthetic.generator(0, "a", 0), np.ones((2, 3)), np.ones(3), -1.0
            ),
            "sigma must be",
        ),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
