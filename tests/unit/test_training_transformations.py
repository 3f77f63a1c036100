"""Transformations of related papers against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from descent_problems import make_problem

from implicit_sparsity.training import losses, networks, optimisers, train, transformations
from implicit_sparsity.training.engine import engine

PROBLEM = make_problem("signs", 20, 24)
X, Y = PROBLEM.X, PROBLEM.y


def slope(w):
    """Gradient of the mean squared error."""
    return 2 / len(Y) * X.T @ (X @ w - Y)


def trained(network, optimiser, iterations, alpha):
    """All iterates."""
    record = range(iterations + 1)
    return train(PROBLEM, network, losses.squared, optimiser, alpha, iterations, record).w


def test_acceleration_is_the_scheme_of_nesterov() -> None:
    """In the two sequences x and θ in which it is written."""
    found = trained(networks.Diagonal(2), transformations.accelerated(0.003), 80, 0.3)
    theta = x = np.full((2, 24), 0.3)
    for k in range(1, 82):
        w = theta[0] ** 2 - theta[1] ** 2
        np.testing.assert_allclose(found[k - 1], w, rtol=0, atol=1e-12)
        before, x = x, theta - 0.003 * 2 * theta * np.stack([slope(w), -slope(w)])
        theta = x + (k - 1) / (k + 2) * (x - before)


def test_steps_double_where_parameters_are_small_at_the_end_of_a_phase() -> None:
    step, phase, largest = 0.002, 7, 1.5
    optimiser = transformations.doubling(step, phase, largest)
    found = trained(networks.Diagonal(2), optimiser, 60, 0.1)
    theta, steps = np.full((2, 24), 0.1), np.full((2, 24), step)
    for t in range(61):
        w = theta[0] ** 2 - theta[1] ** 2
        np.testing.assert_allclose(found[t], w, rtol=0, atol=1e-12)
        m, rest = divmod(t, phase)
        if rest == 0 and m >= 2:
            steps = np.where(theta**2 <= largest / 2 ** (1 + m), 2 * steps, steps)
        theta = theta - steps * 2 * theta * np.stack([slope(w), -slope(w)])
    assert np.unique(steps).size > 3  # some grow longer than others


@pytest.mark.parametrize(("tolerance", "iterations"), [(None, 60), (0.02, 200)])
def test_groups_move_their_directions_first(tolerance, iterations) -> None:
    """While directions take long steps, rounding grows from one to the next."""
    step, size = 0.01, 3
    optimiser = optimisers.Optimiser(
        transformations.directions_first(step, tolerance), projection=networks.Grouped.normalise
    )
    found = trained(networks.Grouped(size), optimiser, iterations, 0.05)
    u, v, together, switched = np.full(8, 0.05), np.full((8, size), size**-0.5), False, None
    for t in range(iterations + 1):
        w = (u[:, None] ** 2 * v).ravel()
        np.testing.assert_allclose(found[t], w, rtol=0, atol=1e-7)
        g = slope(w).reshape(8, size)
        of_v = u[:, None] ** 2 * g
        of_u = 2 * u * (v * g).sum(axis=1)
        rate = step if together else u[:, None] ** -4
        v = v - rate * of_v
        v = v / np.linalg.norm(v, axis=1, keepdims=True)
        if tolerance is not None and not together and np.abs(step * of_u / u).max() < tolerance:
            together, switched = True, t
        u = u - step * of_u
    assert (switched is None) == (tolerance is None)


def test_groups_may_start_from_other_directions() -> None:
    start = networks.Grouped(size=2, entry=-0.5).start(np.array(0.1), p=4)
    np.testing.assert_array_equal(start["v"], np.full((2, 2), -0.5))
    with pytest.raises(ValueError, match="entry must be a finite number"):
        networks.Grouped(size=2, entry=float("nan"))


@pytest.mark.parametrize(
    ("make", "some", "other"),
    [
        (optimisers.descent, (0.1, 0.5), (0.2, 0.9)),
        (optimisers.descent, (np.full(24, 0.1),), (np.full(24, 0.2),)),
        (transformations.accelerated, (0.1,), (0.2,)),
        (transformations.doubling, (0.1, 5, 1.0), (0.2, 6, 2.0)),
        (transformations.directions_first, (0.1, 0.5), (0.2, 0.25)),
    ],
)
def test_code_that_is_compiled_for_some_numbers_serves_all(make, some, other) -> None:
    made = [make(*numbers) for numbers in (some, other)]
    given = [
        one if isinstance(one, optimisers.Optimiser) else optimisers.Optimiser(one) for one in made
    ]
    first, second = (engine(networks.Grouped(3), losses.squared, one, None) for one in given)
    assert first is second


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: transformations.accelerated(0), "step_size must be positive"),
        (lambda: transformations.doubling(0.1, 0, 1.0), "phase must be a whole number"),
        (lambda: transformations.doubling(0.1, 5, -1.0), "largest must be positive"),
        (lambda: transformations.directions_first(0.1, 0.0), "tolerance must be positive"),
    ],
)
def test_numbers_out_of_their_range_are_refused(make, said) -> None:
    with pytest.raises(ValueError, match=said):
        make()
