"""What training refuses, each time in one sentence and before any iteration."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from descent_problems import make_problem

from implicit_sparsity import DivergenceError
from implicit_sparsity.training import engine, losses, networks, optimisers
from implicit_sparsity.training.runs import train, train_many

PROBLEM = make_problem("signs", 6, 4)


class Own:
    """A network that may be wrong in one place."""

    def __init__(self, **wrong: Any) -> None:
        self.__dict__ |= wrong

    def start(self, alpha, p):
        return {"u": np.full(p, alpha)}

    def weights(self, parameters):
        return parameters["u"] ** 2


def doubled_while_small(u):
    """A loop whose length depends on the data, which has no gradient by going back."""
    return jax.lax.while_loop(lambda x: jnp.sum(x) < 10, lambda x: 2 * x, u)


def called_back(u):
    """A function of NumPy, through which no gradient goes."""
    return jax.pure_callback(np.exp, jax.ShapeDtypeStruct(u.shape, u.dtype), u)


GOOD = {
    "problem": PROBLEM,
    "network": Own(),
    "loss": losses.squared,
    "optimiser": optimisers.descent(0.01),
    "alpha": 0.1,
    "iterations": 10,
}


BAD_NETWORKS = [
    (3, TypeError, "has no method start"),
    (Own, TypeError, r"The network Own is a class; give an object of it, as in Own\(…\)"),
    (Own(weights=None), TypeError, "has no method weights"),
    (Own(start=lambda p: p), ValueError, "start failed for alpha of shape"),
    (Own(start=lambda alpha, p: {}), ValueError, "starts without parameters"),
    (Own(start=lambda alpha, p: {"u": "a"}), ValueError, r"parameters\['u'\] that are not all fin"),
    (Own(start=lambda alpha, p: {"u": np.full(p, np.nan)}), ValueError, r"\['u'\] .* finite real"),
    (Own(start=lambda alpha, p: {"u": np.full(p, 1j)}), ValueError, "finite real numbers"),
    (Own(start=lambda alpha, p: {"u": np.ones(p + 1)}), ValueError, r"float64 of shape \(4,\)"),
    (Own(weights=lambda q: q["u"].sum()), ValueError, r"weights are float64 of shape \(\)"),
    (Own(weights=lambda q: q["u"].astype("float32")), ValueError, "weights are float32"),
    (Own(weights=lambda q: q), ValueError, "weights are dict"),
    (
        Own(weights=lambda q: q["v"]),
        ValueError,
        r"weights failed: there is no 'v'; the network's parameters are \{'u': 'float64\[4\]'\}\.",
    ),
    (
        Own(weights=lambda q: q["u"][:3] * q["u"]),
        ValueError,
        r"weights failed: .*; the network's parameters are \{'u': 'float64\[4\]'\}\.",
    ),
    (Own(weights=lambda q: q["u"].numpy()), ValueError, "weights failed: .*write it in jax.numpy"),
    (Own(weights=lambda q: doubled_while_small(q["u"])), ValueError, "network's weights have no g"),
    (Own(weights=lambda q: called_back(q["u"])), ValueError, "network's weights have no gradient"),
    (Own(weights=lambda q: np.exp(q["u"])), ValueError, "weights failed: .*jax.numpy"),
    (Own(weights=lambda q: q["u"] if q["u"][0] > 0 else 0), ValueError, "without NumPy, float"),
    (Own(weights=lambda q: jnp.log(q["u"] - 1)), ValueError, "weights are not finite at the start"),
    (Own(weights=lambda q: q["u"] * 1e200), ValueError, "loss at the start is inf"),
    (Own(weights=lambda q: jnp.sqrt(q["u"] - 0.1)), ValueError, r"not finite at the .*\['u'\]"),
    (Own(weights=lambda q: jnp.round(q["u"])), ValueError, "zero in all parameters at the start"),
    (Own(start=lambda a, p: {"u": np.zeros(p)}), ValueError, "elsewhere than at a saddle"),
    (networks.Grouped(3), ValueError, "4 columns do not make groups of 3"),
    (networks.Normalised(networks.Product(2)), ValueError, "all zero have no direction"),
]
BAD_LOSSES = [
    ("squared", TypeError, "loss must be a function of predictions and targets"),
    (losses.Logistic, TypeError, "loss must be a function of predictions and targets"),
    (lambda predictions: 0.0, ValueError, "The loss failed: .*; it takes predictions and targets"),
    (lambda z, y: (z - y) ** 2, ValueError, r"float64 of shape \(6,\), not one number"),
    (lambda z, y: 1.0, ValueError, "gradient of the loss .* is zero"),
    (lambda z, y: np.mean((np.array(z) - y) ** 2), ValueError, "The loss failed.*jax.numpy"),
    (lambda z, y: jnp.mean(jnp.sign(z) != y), ValueError, "The loss is float32 of shape"),
    (lambda z, y: jnp.mean(jnp.sign(z * y)), ValueError, "gradient of the loss .* is zero"),
    (lambda z, y: jnp.mean(jnp.log(jnp.abs(z))), ValueError, "at the start is .* change the loss"),
    (lambda z, y: jnp.mean(jnp.sqrt(jnp.maximum(z, 0))), ValueError, "is not finite; use"),
    (losses.Logistic(), ValueError, "y must hold only -1 and 1"),
    (lambda z, y: jnp.sum(called_back(z)), ValueError, "The loss has no gradient: .*jax.grad"),
]
BAD_OPTIMISERS = [
    (0.01, TypeError, "0.01 is no optax transformation"),
    (optax.sgd, TypeError, "is no optax transformation"),
    (
        optimisers.descent({"v": 0.1}),
        ValueError,
        r"The optimiser failed: .*; the network's parameters are \{'u': 'float64\[4\]'\}\.",
    ),
    (optimisers.descent(np.ones(3)), ValueError, "The optimiser failed"),
    (optimisers.descent(0.1, batch=7), ValueError, r"7 is larger than the 6 samples\.$"),
    (optimisers.descent(0.1, projection=lambda q: q["u"]), ValueError, "must keep their form"),
    (
        optimisers.descent(0.1, projection=lambda q: {"u": q["v"]}),
        ValueError,
        "The optimiser's projection failed: there is no 'v'; the network's parameters are",
    ),
    (optimisers.Optimiser(optax.sgd(0.1), sample=lambda key, X, y: (X[:2], y)), ValueError, "fail"),
    (
        optax.GradientTransformation(lambda q: jnp.ones(2), lambda g, s, q: (g, s[:1])),
        ValueError,
        "state of the optimiser .* must keep their form",
    ),
]


def refused(message: str, error: type[Exception], monkeypatch, **change: Any) -> None:
    """That `train` raises the error in one sentence, without having iterated."""

    def iterate(*_: Any, **__: Any) -> None:
        raise AssertionError("an iteration began")

    monkeypatch.setattr(engine.Engine, "_advance", iterate)
    with pytest.raises(error, match=message) as caught:
        train(**GOOD | change)
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence and sentence.count(". ") == 0


@pytest.mark.parametrize(("network", "error", "message"), BAD_NETWORKS)
def test_bad_networks(network: Any, error: type[Exception], message: str, monkeypatch) -> None:
    refused(message, error, monkeypatch, network=network)


@pytest.mark.parametrize(("loss", "error", "message"), BAD_LOSSES)
def test_bad_losses(loss: Any, error: type[Exception], message: str, monkeypatch) -> None:
    refused(message, error, monkeypatch, loss=loss)


@pytest.mark.parametrize(("optimiser", "error", "message"), BAD_OPTIMISERS)
def test_bad_optimisers(optimiser: Any, error: type[Exception], message: str, monkeypatch) -> None:
    refused(message, error, monkeypatch, optimiser=optimiser)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"problem": PROBLEM.X}, TypeError, "problem must be a Problem"),
        ({"alpha": "small"}, ValueError, "alpha must hold finite numbers"),
        ({"alpha": np.nan}, ValueError, "alpha must hold finite numbers"),
        ({"alpha": []}, ValueError, "alpha must hold finite numbers"),
        ({"alpha": [[0.1], [0.1, 0.2]]}, ValueError, "alpha must hold finite numbers"),
        ({"alpha": [0.1, 0.2]}, ValueError, r"start failed for alpha of shape \(2,\) and p = 4"),
        ({"iterations": 0}, ValueError, "iterations must be a whole number"),
        ({"record_at": [5, 3]}, ValueError, "record_at must increase"),
        ({"record_at": [11]}, ValueError, "record_at must lie within"),
        ({"seed": -1}, ValueError, "seed must be a whole number"),
        ({"seed": 2**63}, ValueError, "seed must be below"),
        ({"seed": 1.5}, ValueError, "seed must be a whole number"),
        ({"until": 0.0}, ValueError, "until must be positive"),
        ({"until": "converged"}, ValueError, "until must be positive"),
        ({"until": lambda loss: loss < 1}, ValueError, "The stop rule failed"),
        ({"until": lambda loss, w: w > 1}, ValueError, "one truth value"),
        ({"tolerance": 0}, ValueError, "tolerance must be positive"),
        ({"bound": -0.1}, ValueError, "bound must be positive"),
        ({"progress": True}, TypeError, "progress must be callable"),
    ],
)
def test_bad_arguments(
    change: dict[str, Any], error: type[Exception], message: str, monkeypatch
) -> None:
    refused(message, error, monkeypatch, **change)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"step_size": 0}, ValueError, "step_size must be positive"),
        ({"step_size": True}, ValueError, "step_size must be positive"),
        ({"step_size": "fast"}, TypeError, "step_size holds 'fast'"),
        ({"step_size": {"u": -1.0}}, ValueError, "step_size must hold finite numbers"),
        ({"momentum": 1.0}, ValueError, "momentum must be a finite number from 0 to 1"),
        ({"nesterov": 1}, TypeError, "nesterov must be True or False"),
        ({"decay": -1}, ValueError, "decay must be a finite number"),
        ({"batch": 0}, ValueError, "batch must be a whole number"),
        ({"label_noise": -1}, ValueError, "label_noise must be a finite number"),
        ({"projection": 3}, TypeError, "projection must be callable"),
    ],
)
def test_bad_arguments_of_descent(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        optimisers.descent(**{"step_size": 0.1} | arguments)


def root(q):
    return jnp.sqrt(q["u"] - 0.05)


def downhill(z, y):
    """A loss that falls without end as predictions do."""
    return jnp.sum(z)


def below(q):
    return {"u": jnp.log(q["u"] - 0.05)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"network": Own(weights=root), "loss": downhill},
            "where weights are not finite; .*, or make the network",
        ),
        (
            {"optimiser": optimisers.descent(0.01, projection=below)},
            "where weights are not finite; lower .* step size or alpha, or make .* the projection",
        ),
        (
            {"optimiser": optimisers.descent(1e6)},
            r"where the loss is .*e\+.*; lower [^,]* alpha\.$",
        ),
        (
            {"loss": lambda z, y: jnp.sum(jnp.sqrt(z + 1.0))},
            "where the loss is nan; lower .*, or make the loss finite for such predictions",
        ),
    ],
)
def test_a_run_that_diverges_tells_what_and_the_causes_that_it_may_have(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(DivergenceError, match=f"^Training diverged at iteration [1-9].*{message}"):
        train(**GOOD | {"iterations": 100, "alpha": 0.3} | change)


class TwoArrays:
    """A network of two arrays, made by a function of both."""

    def __init__(self, weights: Any, start: float) -> None:
        self.weights_of, self.first = weights, start

    def start(self, alpha, p):
        return {"u": np.full(p, self.first), "v": np.full(p, alpha)}

    def weights(self, q):
        return self.weights_of(q["u"], q["v"])


@pytest.mark.parametrize(
    ("weights", "start"),
    [
        (lambda u, v: jnp.round(u) * v, 1.3),
        (lambda u, v: jnp.sign(u) * v, 0.0),
        (lambda u, v: jax.lax.stop_gradient(u) * v, 1.0),
        (lambda u, v: v**2, 1.0),
    ],
    ids=["round", "sign", "stopped", "unused"],
)
def test_parameters_that_cannot_move_are_told(weights: Any, start: float) -> None:
    network = TwoArrays(lambda u, v: weights(u, v) + v, start)
    with pytest.warns(RuntimeWarning, match=r"parameters\['u'\] is zero at the start and at 8"):
        train(**GOOD | {"network": network})


@pytest.mark.parametrize(
    ("weights", "start"),
    [
        (lambda u, v: u**2 * v, 0.0),
        (lambda u, v: jnp.sqrt(u) * v + jnp.where(u > 3, u, 0.0), 0.1),
        (lambda u, v: jnp.maximum(u, 0.5) * v, 0.2),
    ],
    ids=["saddle", "root", "kink"],
)
def test_parameters_that_rest_at_the_start_alone_are_not(weights: Any, start: float) -> None:
    train(**GOOD | {"network": TwoArrays(lambda u, v: weights(u, v) + v, start)})


def test_as_many_starts_as_coordinates_may_be_one_run_or_many() -> None:
    parts = networks.Diagonal(2), GOOD["loss"], GOOD["optimiser"]
    alpha = np.array([0.1, 0.2, 0.3, 0.4])
    with pytest.raises(ValueError, match=r"4 coordinates; give alpha\[None\] .* alpha\[:, None\]"):
        train_many(PROBLEM, *parts, alpha, 10)
    (one,) = train_many(PROBLEM, *parts, alpha[None], 10)
    np.testing.assert_allclose(one.parameters["u"], alpha, atol=0.1)
    assert [path.alpha for path in train_many(PROBLEM, *parts, alpha[:, None], 10)] == [*alpha]
    assert len(train_many(PROBLEM, *parts, alpha, 10, seed=[1, 2, 3, 4])) == 4  # no doubt here


def test_runs_that_do_not_fit_together() -> None:
    parts = GOOD["network"], GOOD["loss"], GOOD["optimiser"]
    with pytest.raises(ValueError, match=r"\(2 in problems, 3 in alpha, 1 in seed\)"):
        train_many([PROBLEM, PROBLEM], *parts, [0.1, 0.2, 0.3], 10)
    with pytest.raises(ValueError, match=r"shapes \(6, 4\) and \(6, 5\)"):
        train_many([PROBLEM, make_problem("signs", 6, 5)], *parts, 0.1, 10)
    with pytest.raises(ValueError, match="problems is empty"):
        train_many([], *parts, 0.1, 10)
    with pytest.raises(ValueError, match="depth must be a finite number of at least 1"):
        networks.Diagonal(0.5)
    assert jax.config.jax_enable_x64 is False  # whatever was raised
