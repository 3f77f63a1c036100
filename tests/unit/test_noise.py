"""The estimated noise level against the true one, the usual estimate and changes of units."""

from __future__ import annotations

from math import comb, log

import numpy as np
import pytest
from regression_data import sparse_problem

from implicit_sparsity import Problem
from implicit_sparsity.regression.noise import Model, _extended_bic, noise_level


@pytest.mark.parametrize(
    ("n", "p", "k", "low", "high"),
    [(100, 40, 5, 0.9, 1.1), (100, 200, 5, 0.85, 1.1), (100, 200, 0, 0.9, 1.1),
     (150, 400, 12, 0.85, 1.1)],
)  # fmt: skip
def test_noise_level_is_that_of_the_data(n, p, k, low, high):
    estimates = [noise_level(sparse_problem(n, p, k, 0.7, seed)[0]) / 0.7 for seed in range(6)]
    assert low < np.mean(estimates) < high
    assert np.std(estimates) < 0.15


def test_noise_level_of_many_samples_is_the_usual_estimate():
    problem = sparse_problem(100, 40)[0]
    _, residual, rank, _ = np.linalg.lstsq(problem.X, problem.y)
    assert noise_level(problem) == pytest.approx(np.sqrt(residual[0] / (100 - rank)))


def test_the_criterion_charges_for_all_models_of_a_size():
    for k in (0, 1, 7, 20):
        found = _extended_bic(Model(0.3, k), 60.0, 20)
        assert found == pytest.approx(60 * log(0.3) + k * log(60) + 2 * log(comb(20, k)))


@pytest.mark.parametrize("shape", [(100, 40), (50, 120)])
def test_noise_level_has_the_units_of_y_alone(shape):
    problem = sparse_problem(*shape)[0]
    units = np.random.default_rng(0).uniform(0.1, 9.0, problem.p)
    scaled = Problem(np.c_[problem.X * units, np.zeros(len(problem.y))], 7.0 * problem.y)
    assert noise_level(scaled) == pytest.approx(7.0 * noise_level(problem), rel=1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (4, 1), (4, 9)])
def test_noise_level_without_noise(shape):
    assert noise_level(Problem(np.ones(shape), np.zeros(shape[0]))) == 0.0
