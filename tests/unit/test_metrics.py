"""Squared error, relative error and peak signal-to-noise ratio, by hand and by symmetries."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implicit_sparsity import Problem
from implicit_sparsity.metrics import mean_squared_error, relative_error
from implicit_sparsity.metrics import peak_signal_to_noise_ratio as psnr

vectors = st.lists(st.floats(-10, 10), min_size=1, max_size=8)


def test_mean_squared_error_is_a_slow_loop():
    problem = Problem([[1, 2], [0, 1], [3, -1]], [1, 0, 2])
    weights = np.array([[0.0, 0.0], [1.0, -1.0], [0.5, 2.0]])
    slow = [
        sum((row @ w - y) ** 2 for row, y in zip(problem.X, problem.y, strict=True)) / 3
        for w in weights
    ]
    np.testing.assert_allclose(mean_squared_error(problem, weights), slow)
    with pytest.raises(ValueError, match="2 columns but the path 3 weights"):
        mean_squared_error(problem, np.zeros((1, 3)))


def test_relative_error_by_hand():
    assert relative_error([3, 4], [0, 4]) == pytest.approx(3 / 4)
    assert relative_error([0, 0], [3, 4]) == 1
    assert relative_error([3, 4], [3, 4]) == 0
    assert relative_error([[1, 0], [0, 1]], [[2, 0], [0, 2]]) == pytest.approx(0.5)
    assert relative_error([1, 0], [0, 0]) == math.inf


def test_psnr_by_hand():
    # One of four pixels is off by 0.2: a mean squared error of 0.01, so 20 dB.
    assert psnr([0, 0.2, 1, 1], [0, 0, 1, 1]) == pytest.approx(20)
    assert psnr([255.0], [0.0], peak=255) == 0
    assert psnr([[25.5, 0.0]], [[0.0, 25.5]], peak=255) == pytest.approx(20)
    assert psnr([0.5, 0.25], [0.5, 0.25]) == math.inf
    # Integers, as images are often kept, do not overflow.
    assert psnr(np.array([0], np.uint8), np.array([255], np.uint8), peak=255) == 0


@given(vectors, st.floats(0.01, 100), st.randoms())
def test_units_do_not_matter(truth, unit, random):
    truth = np.array([*truth, 1.0])
    image = truth + np.array([random.uniform(0.1, 1) for _ in truth])
    assert relative_error(unit * image, unit * truth) == pytest.approx(relative_error(image, truth))
    assert psnr(unit * image, unit * truth, unit) == pytest.approx(psnr(image, truth))
    assert psnr(image, truth) == pytest.approx(psnr(truth, image))


@given(vectors)
def test_ten_times_the_error_costs_twenty_decibels(truth):
    truth = np.array(truth)
    assert psnr(truth + 1, truth) - psnr(truth + 10, truth) == pytest.approx(20)


@pytest.mark.parametrize("measure", [relative_error, psnr])
def test_what_is_not_a_number_is_no_perfect_score(measure):
    assert math.isnan(measure([math.nan, 1], [1, 1]))
    assert math.isnan(measure([1, 1], [math.nan, 1]))


@pytest.mark.parametrize("measure", [relative_error, psnr])
@pytest.mark.parametrize(
    ("image", "truth"), [([1, 2], [1, 2, 3]), ([1, 2], [1]), (1, [1, 2]), ([[1, 2]], [1, 2])]
)
def test_shapes_must_agree(measure, image, truth):
    with pytest.raises(ValueError, match="shape"):
        measure(image, truth)
