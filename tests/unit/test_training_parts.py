"""Networks, losses and optimisers against plain loops, closed forms and other solvers."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from descent_problems import make_problem
from scipy.optimize import nnls

from implicit_sparsity import Problem
from implicit_sparsity.training import losses, networks, optimisers
from implicit_sparsity.training.runs import train

PROBLEM = make_problem("signs", 20, 30)
X, Y = PROBLEM.X, PROBLEM.y
LINEAR = networks.Product(1)  # linear regression from zero


def slope(w):
    """Gradient of the mean squared error."""
    return 2 / len(Y) * X.T @ (X @ w - Y)


def trained(network, optimiser, iterations, alpha=0.3, loss=losses.squared, **options):
    """All iterates."""
    record = range(iterations + 1)
    return train(PROBLEM, network, loss, optimiser, alpha, iterations, record, **options)


@pytest.mark.parametrize(
    ("options", "momentum", "nesterov", "decay"),
    [
        ({"momentum": 0.9}, 0.9, False, lambda t: 0.0),
        ({"momentum": 0.6, "nesterov": True, "decay": 0.3}, 0.6, True, lambda t: 0.3),
        ({"decay": lambda t: jnp.where(t < 10, 0.5, 0.0)}, 0.0, False, lambda t: 0.5 * (t < 10)),
    ],
)
def test_momentum_and_decay_are_those_of_a_plain_loop(options, momentum, nesterov, decay) -> None:
    path = trained(networks.Diagonal(2), optimisers.descent(0.004, **options), 60)
    theta, memory = np.full((2, 30), 0.3), np.zeros((2, 30))
    for t in range(61):
        w = theta[0] ** 2 - theta[1] ** 2
        np.testing.assert_allclose(path.w[t], w, rtol=0, atol=1e-13)
        gradient = 2 * theta * np.stack([slope(w), -slope(w)]) + decay(t) * theta
        memory = momentum * memory + gradient
        theta = theta - 0.004 * (momentum * memory + gradient if nesterov else memory)
    assert path.step_size == pytest.approx(0.004 / (1 - momentum))


def test_a_step_size_may_be_a_schedule_one_a_coordinate_or_one_a_leaf() -> None:
    scheduled = trained(LINEAR, optimisers.descent(lambda t: 0.01 / (t + 1)), 5)
    steps = np.linspace(0.0, 0.02, 30)
    by_coordinate = trained(LINEAR, optimisers.descent(steps), 5)
    by_leaf = trained(networks.Diagonal(1), optimisers.descent({"u": 0.01, "v": steps}), 5)
    w = np.zeros((3, 30))
    for t in range(6):
        for path, weights in zip((scheduled, by_coordinate, by_leaf), w, strict=True):
            np.testing.assert_allclose(path.w[t], weights, rtol=0, atol=1e-14)
        step = np.stack([np.full(30, 0.01 / (t + 1)), steps, 0.01 + steps])
        w = w - step * np.stack([slope(weights) for weights in w])
    assert scheduled.step_size == by_leaf.step_size == 1  # time counts iterations


def test_mini_batches_and_label_noise_are_what_sampling_draws() -> None:
    sample = optimisers.sampling(batch=4, label_noise=0.5)
    path = trained(LINEAR, optimisers.descent(0.01, batch=4, label_noise=0.5), 6, seed=7)
    w = np.zeros(30)
    with jax.enable_x64(True):
        for t in range(7):
            np.testing.assert_allclose(path.w[t], w, rtol=0, atol=1e-14)
            key = jax.random.fold_in(jax.random.key(7), t)
            some, labels = map(np.asarray, sample(key, jnp.asarray(X), jnp.asarray(Y)))
            assert some.shape == (4, 30)
            w = w - 0.01 * 2 / 4 * some.T @ (some @ w - labels)


def test_sampling_is_uniform_over_rows_with_noise_of_its_size() -> None:
    rows, y = jnp.arange(8.0)[:, None], jnp.arange(8.0)
    sample = optimisers.sampling(batch=8, label_noise=0.5)
    some, labels = jax.vmap(lambda key: sample(key, rows, y))(
        jax.random.split(jax.random.key(0), 5000)
    )
    counts = np.bincount(np.asarray(some).astype(int).ravel(), minlength=8)
    assert np.abs(counts / 5000 - 1).max() < 0.07  # five standard deviations
    noise = np.asarray(labels - some[..., 0])
    assert abs(noise.mean()) < 0.0125 and abs(noise.std() - 0.5) < 0.01
    assert optimisers.sampling() is None


def test_a_sample_of_ones_own_perturbs_one_label_of_the_full_gradient() -> None:
    def one_label(key, X, y):
        return X, y.at[jax.random.randint(key, (), 0, y.size)].add(1.0)

    optimiser = optimisers.Optimiser(optax.sgd(0.01), sample=one_label)
    path = trained(LINEAR, optimiser, 1)
    move = (path.w[1] + 0.01 * slope(path.w[0])) / 0.01 * len(Y) / 2
    assert np.isclose(np.abs(X - move).max(axis=1), 0, atol=1e-10).sum() == 1


def test_optaxs_own_transformations_may_be_given() -> None:
    path = trained(LINEAR, optax.adam(0.01), 20)
    w, m, v = np.zeros((3, 30))
    for t in range(21):
        np.testing.assert_allclose(path.w[t], w, rtol=0, atol=1e-12)
        m, v = 0.9 * m + 0.1 * slope(w), 0.999 * v + 0.001 * slope(w) ** 2
        w = w - 0.01 * m / (1 - 0.9 ** (t + 1)) / (np.sqrt(v / (1 - 0.999 ** (t + 1))) + 1e-8)


def test_noise_of_optax_is_random_and_the_same_each_time() -> None:
    noisy = optax.chain(optax.add_noise(0.01, 0.0, 0), optax.sgd(0.01))
    first, again = (trained(LINEAR, noisy, 3).w for _ in range(2))
    np.testing.assert_array_equal(first, again)
    noise = (first[1] + 0.01 * slope(first[0])) / 0.01
    assert 0.05 < noise.std() < 0.15  # its variance is 0.01


def test_transformations_that_ask_for_the_loss_work() -> None:
    rows = np.random.default_rng(0).standard_normal((40, 5))
    problem = Problem(rows, rows @ np.arange(5.0) + np.sin(np.arange(40)))
    path = train(problem, LINEAR, losses.squared, optax.lbfgs(), 1.0, 30)
    w, *_ = np.linalg.lstsq(rows, problem.y)
    np.testing.assert_allclose(path.w[-1], w, atol=1e-9)


def test_nesterovs_momentum_on_squares_solves_non_negative_least_squares() -> None:
    rng = np.random.default_rng(1)
    A = rng.standard_normal((60, 30)) / np.sqrt(60)
    problem = Problem(A, A @ rng.standard_normal(30) + 0.1 * rng.standard_normal(60))
    growing = optax.inject_hyperparams(optax.sgd)(
        0.3, momentum=lambda t: t / (t + 3), nesterov=True
    )
    network = networks.Diagonal(2, one_sided=True)
    path = train(problem, network, losses.squared, growing, 0.5, 4000, [])
    w, residual = nnls(A, problem.y)
    assert path.trace.loss[-1] * 60 - residual**2 < 1e-8
    np.testing.assert_allclose(path.w[-1], w, atol=1e-4)
    assert (w == 0).any() and (path.w[-1] >= 0).all()


def test_a_projection_follows_every_step() -> None:
    optimiser = optimisers.descent(0.01, projection=lambda parts: [jnp.maximum(parts[0], 0.0)])
    path = trained(LINEAR, optimiser, 8)
    w = np.zeros(30)
    for t in range(9):
        np.testing.assert_allclose(path.w[t], w, rtol=0, atol=1e-14)
        w = np.maximum(w - 0.01 * slope(w), 0)
    assert (path.w[-1] == 0).any() and (path.w[-1] > 0).any()


def test_products_start_where_a_difference_of_squares_does() -> None:
    # The flow of u ⊙ v from (2a, 0) is that of u² − v² from a, at half the speed.
    step, alpha = 1e-4, 0.2
    product = trained(networks.Product(2), optimisers.descent(2 * step), 500, 2 * alpha)
    squares = trained(networks.Diagonal(2), optimisers.descent(step), 500, alpha)
    assert np.abs(squares.w[-1]).max() > 0.05
    np.testing.assert_allclose(product.w, squares.w, atol=1e-3)
    factors = np.random.default_rng(0).normal(0, 0.3, (3, 30))
    path = trained(networks.Product(3), optimisers.descent(0.01), 2, factors)
    np.testing.assert_allclose(path.w[0], factors.prod(axis=0), atol=1e-16)


def test_normalised_is_descent_on_radius_and_direction() -> None:
    network = networks.Normalised(networks.Diagonal(2, one_sided=True))
    optimiser = optimisers.descent({"radius": 0.001, "direction": 0.01})
    path = trained(network, optimiser, 40)
    r, a = 0.3 * np.sqrt(30), np.full(30, 30**-0.5)
    for t in range(41):
        norm = np.linalg.norm(a)
        x = r * a / norm
        np.testing.assert_allclose(path.w[t], x**2, rtol=0, atol=1e-13)
        by_x = 2 * x * slope(x**2)
        by_a = r / norm * (by_x - a / norm * (a / norm @ by_x))
        r, a = r - 0.001 * by_x @ a / norm, a - 0.01 * by_a
    assert path.depth == 2 and path.events.bound == 0.3**0.5


def test_groups_follow_the_algorithm_of_their_authors() -> None:
    # v ← normalise(v − u^{−4} ∂v) and u ← u − η ∂u, both from the old point.
    def steps(gradient, parameters):
        u = parameters["u"]
        return {"u": -0.01 * gradient["u"], "v": -gradient["v"] / u[:, None] ** 4}

    network = networks.Grouped(3)
    optimiser = optimisers.Optimiser(optax.stateless(steps), projection=network.normalise)
    # Steps of v are so large that rounding grows tenfold in six iterations.
    path = trained(network, optimiser, 20, 0.2)
    u, v = np.full(10, 0.2), np.full((10, 3), 3**-0.5)
    for t in range(21):
        w = (u[:, None] ** 2 * v).ravel()
        np.testing.assert_allclose(path.w[t], w, rtol=0, atol=1e-10)
        g = slope(w).reshape(10, 3)
        by_u = 2 * u * (v * g).sum(axis=1)
        v = v - g / u[:, None] ** 2
        u, v = u - 0.01 * by_u, v / np.linalg.norm(v, axis=1, keepdims=True)
    assert np.linalg.norm(path.parameters["v"], axis=1) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("loss", "by_margin", "its_slope"),
    [
        (losses.Logistic(), lambda m: np.log1p(np.exp(-m)), lambda m: -1 / (1 + np.exp(m))),
        (
            losses.SmoothedHinge(0.5),
            lambda m: np.select([m >= 1, m >= 0.5], [0, (1 - m) ** 2], 0.75 - m),
            lambda m: -np.clip((1 - m) / 0.5, 0, 1),
        ),
    ],
    ids=["logistic", "hinge"],
)
def test_losses_of_margins_have_their_closed_form(loss, by_margin, its_slope) -> None:
    m, y = np.array([-40.0, -0.3, 0.2, 0.7, 1.5, 40.0]), np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    with jax.enable_x64(True):
        value, gradient = jax.value_and_grad(loss)(jnp.asarray(m * y), jnp.asarray(y))
    assert float(value) == pytest.approx(by_margin(m).mean(), rel=1e-12)
    np.testing.assert_allclose(gradient, y * its_slope(m) / 6, rtol=1e-12, atol=1e-16)


def test_the_other_losses_have_their_closed_form() -> None:
    predictions, y = np.array([1.0, -2.0, 3.0]), np.array([1.0, 0.5, 2.0])
    with jax.enable_x64(True):
        for loss, value, gradient in (
            (losses.squared, 7.25 / 3, 2 / 3 * (predictions - y)),
            (losses.absolute, 3.5 / 3, np.sign(predictions - y) / 3),
        ):
            found = jax.value_and_grad(loss)(jnp.asarray(predictions), jnp.asarray(y))
            assert float(found[0]) == pytest.approx(value, rel=1e-15)
            np.testing.assert_allclose(found[1], gradient, rtol=1e-15)


def test_a_classifier_is_trained() -> None:
    problem = Problem(X, np.sign(Y))
    path = train(
        problem,
        networks.Diagonal(2),
        losses.SmoothedHinge(0.1),
        optimisers.descent(0.02),
        0.1,
        2000,
    )
    assert (np.sign(X @ path.w[-1]) == problem.y).all() and path.trace.loss[-1] < 0.1
