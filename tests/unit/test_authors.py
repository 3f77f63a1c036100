"""The authors' problems against numbers that PyTorch printed, and digests of their designs."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest

from implicit_sparsity.problem import Problem
from implicit_sparsity.problems import authors

# (seed, n): {index: value}. With 17 and 31 all but the first 1 and 15 values are drawn afresh;
# with 100 and 500 the last 16 are.
TORCH_RANDN = {
    (42, 16): {0: 1.9269153, 7: -1.604667, 8: -0.7521353, 15: 0.7624454},
    (42, 17): {0: 1.9269153, 1: -0.15959747, 7: 1.6806206, 8: 0.3558599, 16: -0.30972677},
    (42, 31): {0: 1.9269153, 7: -1.604667, 14: -0.7688389, 15: -0.21680473, 30: -1.2346531},
    (42, 500): {0: 1.9269153, 15: 0.7624454, 483: -0.6088272, 484: -0.75258744, 499: 0.36682478},
    (0, 100): {0: -1.1258398, 8: 0.32227492, 83: 0.00089182175, 84: -2.6133225, 99: 0.23291829},
    (29000, 100): {0: 0.7656611, 83: -0.5986601, 84: -0.7453621, 92: 0.527987, 99: -0.013227933},
}
# (seed, n, p, probability): SHA-256 of the ±1 entries as int8, row by row.
DESIGN_DIGESTS = {
    (42, 500, 3000, 0.5): "c44b2a6396aea86d6ba80a0c3132dd85297c80232788c01d6a044c02b40e27a5",
    (42, 100, 200, 0.5): "62f3132f5de37af0f964f46f01a9d5fc55a02e5e6c273c707506ce527a14817f",
    (0, 100, 200, 0.5): "e85dc580360404bedccfd4505b81954f40c4bc26c99d5183eace99d0e8a4a2ec",
    (29000, 100, 200, 0.5): "e4abec50f9d3eaf5f959f20f90536376650b7dcbc7a6a86740e07f6f17b5d5dd",
    (0, 500, 100, 0.5): "cd6ef971fc53342b425b84018773dabefade32f36eda1794f0c6285fff557d48",
    (42, 392, 784, 0.25): "beb3b79b7a1fbb1da66e57c0ed1e1d934d6d3ece5ac7b272a32ac3f763051be8",
}


@pytest.mark.parametrize(("key", "values"), TORCH_RANDN.items())
def test_randn_is_that_of_pytorch(key, values):
    """Values printed by PyTorch 2.13.0 on the CPU: manual_seed(seed), randn(n)."""
    drawn = authors.torch_randn(*key)
    assert drawn.dtype == np.float32 and drawn.shape == (key[1],)
    expected = np.array(list(values.values()), dtype=np.float32)
    np.testing.assert_array_max_ulp(drawn[list(values)], expected, maxulp=4)


@pytest.mark.parametrize(
    ("seed", "n", "p", "sigma", "values"),
    [
        (0, 100, 200, 0.5, [2.4370801, -3.57618, -0.88354087]),
        (29000, 100, 200, 0.5, [-0.61716944, 1.1069409, 2.993386]),
        (0, 500, 100, 25.0, [-38.078953, -35.709446, -45.273674]),
        (29000, 500, 100, 25.0, [25.019964, 8.092958, -48.04033]),
    ],
)
def test_response_is_the_authors(seed, n, p, sigma, values):
    """y_0, y_1 and y_{n−1} of whole instances, printed by PyTorch 2.13.0 on the CPU.

    Sparse signals of five ones for n < p, dense ones for n > p, both generators seeded alike.
    """
    w_star = np.repeat([1.0, 0.0], [5, p - 5]) if n < p else authors.dense_signal(p)
    y = authors.response(authors.rademacher(seed, n, p), w_star, authors.noise(seed, n, sigma))
    assert y.dtype == np.float32 and y.shape == (n,)
    np.testing.assert_allclose(y[[0, 1, -1]], values, rtol=0, atol=2e-6 * sigma)


@pytest.mark.parametrize(("key", "digest"), DESIGN_DIGESTS.items())
def test_authors_designs_are_bitwise_the_same(key, digest):
    X = authors.rademacher(*key)
    assert set(np.unique(X)) == {-1.0, 1.0}
    assert sha256(X.astype(np.int8).tobytes()).hexdigest() == digest


def test_authors_small_design_has_coherence_two_fifths():
    X = authors.rademacher(42, 100, 200)
    assert Problem(X, X[:, 0]).coherence == pytest.approx(0.4, abs=1e-12)


def test_authors_seeds_and_dense_signal():
    assert authors.seeds(1) == [42]
    assert authors.seeds(3) == [0, 1000, 2000]
    # The first three N(0, 1) of RandomState(42), which NumPy has frozen.
    expected = [0.4967141530, -0.1382643012, 0.6476885381]
    np.testing.assert_allclose(authors.dense_signal(100)[:3], expected, atol=1e-10)


def test_noise_scales_with_sigma():
    np.testing.assert_array_equal(authors.noise(42, 20, 25.0), 25 * authors.torch_randn(42, 20))
    assert not authors.noise(42, 20, 0).any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: authors.torch_randn(42, 15), "n must be at least 16, since PyTorch uses another"),
        (lambda: authors.torch_randn(42, 16.5), "n must be a whole number"),
        (lambda: authors.torch_randn(-1, 16), "seed must be a whole number of at least 0"),
        (lambda: authors.torch_randn(2**32, 16), "seed must be below"),
        (lambda: authors.seeds(0), "replicates must be a whole number of at least 1"),
        (lambda: authors.seeds(True), "replicates must be a whole number"),
        (lambda: authors.rademacher(42, 0, 3), "n must be"),
        (lambda: authors.rademacher(42, 3, -1), "p must be"),
        (lambda: authors.rademacher(42, 3, 3, 1.5), "probability must be .* from 0 to 1"),
        (lambda: authors.noise(42, 16, -0.5), "sigma must be .* at least 0"),
        (lambda: authors.noise(42, 16, float("nan")), "sigma must be a finite number"),
        (lambda: authors.noise(42, 16, float("inf")), "sigma must be a finite number"),
        (lambda: authors.noise(42, 16, "0.5"), "sigma must be a finite number"),
        (lambda: authors.response(np.ones((2, 3)), np.ones(3), np.ones(1)), "make them agree"),
    ],
)
def test_authors_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
