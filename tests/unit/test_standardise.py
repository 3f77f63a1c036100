"""Standardised data and the way back, how long a flow is followed, and what counts as zero."""

from __future__ import annotations

import numpy as np
import pytest
from regression_data import sample

from implicit_sparsity import Problem
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.regression.horizon import ESCAPES_FOLLOWED, Horizon
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.support import EXACT_FIT, support_threshold


def with_copies():
    """Columns 0, 2 and 4 are one up to origin, sign and scale; column 5 is constant."""
    X, y, _ = sample(30, 3, 2)
    X = np.c_[X[:, 0], X[:, 1], 5 - 2 * X[:, 0], X[:, 2], X[:, 0], np.full(30, 0.1)]
    return Samples(X, y, None)


@pytest.mark.parametrize("weighted", [False, True])
def test_columns_and_target_have_mean_zero_and_mean_square_one(weighted):
    samples = with_copies()
    if weighted:
        samples = samples._replace(weights=np.random.default_rng(0).integers(0, 3, 30) + 0.0)
    data = Standardised.of(samples, centre=True)
    assert data.samples == (30 if samples.weights is None else samples.weights.sum())
    rows = np.ones(30) if samples.weights is None else samples.weights[samples.weights > 0]
    root = np.sqrt(rows / rows.mean())
    Z = np.c_[data.problem.X, data.problem.y]
    np.testing.assert_allclose(Z.T @ root, 0, atol=1e-10)
    np.testing.assert_allclose(np.square(Z).mean(axis=0), [1, 1, 1, 0, 1], atol=1e-12)


def test_equal_columns_stand_there_once_and_share_their_weight():
    data = Standardised.of(with_copies(), centre=True)
    assert data.group.tolist() == [0, 1, 0, 2, 0, 3]
    np.testing.assert_allclose(data.share, np.array([1, 1, -1, 1, 1, 1]) / [3, 1, 3, 1, 3, 1])
    assert data.x_scale[5] == 1


def test_weights_give_the_same_fit_in_both_units():
    samples = with_copies()
    data = Standardised.of(samples, centre=True)
    w = np.array([0.7, -0.2, 1.5, 0.0])
    X = np.random.default_rng(1).standard_normal((9, 6))
    X[:, 2], X[:, 4], X[:, 5] = 5 - 2 * X[:, 0], X[:, 0], 0.1
    standard = data.columns(X) @ w
    user = (X - data.x_mean) @ data.coefficients(w)
    np.testing.assert_allclose(data.y_scale * standard, user, atol=1e-12)
    fitted = data.columns(samples.X)
    np.testing.assert_allclose(fitted, data.problem.X, atol=1e-12)


def test_a_part_has_the_rows_with_their_weights():
    samples = Samples(np.eye(3), np.arange(3.0), np.array([1.0, 2.0, 0.0]))
    part = samples.part(np.array([2, 1]))
    np.testing.assert_array_equal(part.X, np.eye(3)[[2, 1]])
    assert part.y.tolist() == [2, 1] and part.weights.tolist() == [0, 2]
    assert samples._replace(weights=None).part(np.array([0])).weights is None


@pytest.mark.parametrize("goal", [0.25, 1.0])
def test_the_horizon_is_that_of_the_steepest_coordinate(goal):
    """At depth 2 and a constant gradient g, w = u² − v² = 2α² sinh(4gt)."""
    problem = Problem(np.sqrt(2) * np.eye(2), np.sqrt(2) * np.array([goal, goal / 3]))
    horizon = Horizon.of(problem, Network.of(2.0, 1e-3, one_sided=False))
    gradient = 2 * goal
    assert 2e-6 * np.sinh(4 * gradient * horizon.escape) == pytest.approx(1, rel=1e-5)
    assert horizon.end == ESCAPES_FOLLOWED * horizon.escape


def test_a_problem_without_a_gradient_has_a_horizon():
    horizon = Horizon.of(Problem(np.eye(2), np.zeros(2)), Network.of(3.0, 1e-2, one_sided=False))
    assert 0 < horizon.escape < horizon.end < np.inf


def test_the_zero_threshold_is_the_smaller_of_two_bounds():
    assert support_threshold(1e-8, 1.0, 100) == pytest.approx(1e-2)
    assert support_threshold(1e-4, 0.25, 100) == pytest.approx(0.05)
    assert support_threshold(1.0, 0.0, 100) == pytest.approx(np.sqrt(EXACT_FIT / 100))
