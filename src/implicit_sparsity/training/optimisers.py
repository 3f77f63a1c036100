"""Optimisers: an optax transformation, the data that each step sees, a projection after it.

`descent` makes the usual ones. A bare optax transformation may be given to `train`, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import ArrayLike

from implicit_sparsity.checks import flag, optional_function, positive, whole, within
from implicit_sparsity.training.networks import Parameters
from implicit_sparsity.training.numbers import numbered

#: From a random key, X and y to the X and y whose gradient a step takes.
Sample = Callable[[jax.Array, jax.Array, jax.Array], tuple[jax.Array, jax.Array]]
Projection = Callable[[Parameters], Parameters]
Schedule = Callable[[Any], Any]


@dataclass(frozen=True)
class Optimiser:
    """What happens in an iteration.

    Parameters
    ----------
    transformation : optax.GradientTransformation
        From gradients to updates; it is given the parameters, the loss and the gradient too.
    sample : callable, optional
        ``sample(key, X, y)`` returns the data whose gradient an iteration takes; all without.
    projection : callable, optional
        ``projection(parameters)`` returns the parameters that an iteration ends with.
    step_size : float, optional
        Flow time of an iteration, for the trajectory's ``time``; iterations are counted without.

    Examples
    --------
    >>> import optax
    >>> from implicit_sparsity.training import optimisers
    >>> adam = optimisers.Optimiser(optax.adam(1e-3), sample=optimisers.sampling(batch=10))
    >>> adam.step_size
    1.0
    """

    transformation: Any
    sample: Sample | None = None
    projection: Projection | None = None
    step_size: float = 1.0

    def __post_init__(self) -> None:
        for method in ("init", "update"):
            if not callable(getattr(self.transformation, method, None)):
                raise TypeError(
                    f"The optimiser {self.transformation!r} is no optax transformation; "
                    "give one, or optimisers.descent(step_size)."
                )
        optional_function("sample", self.sample)
        optional_function("projection", self.projection)
        positive("step_size", self.step_size)


def descent(
    step_size: float | Schedule | Any,
    momentum: float = 0.0,
    *,
    nesterov: bool = False,
    decay: float | Schedule = 0.0,
    batch: int | None = None,
    label_noise: float = 0.0,
    projection: Projection | None = None,
) -> Optimiser:
    """Gradient descent: m ← βm + g, θ ← θ − ηm.

    Parameters
    ----------
    step_size : float, callable, array or pytree of array
        η: a number; a schedule, ``step_size(iteration)``; one a coordinate; or one for each array
        of the parameters, in a dictionary or list of their form.
    momentum : float, optional
        β in [0, 1).
    nesterov : bool, optional
        Step along βm + g.
    decay : float or callable, optional
        c, or a schedule of it, of the penalty (c/2)‖θ‖², whose gradient is added to g.
    batch : int, optional
        Size of the mini-batches, drawn with replacement; all data without.
    label_noise : float, optional
        Standard deviation of fresh Gaussian noise on every label of every iteration.
    projection : callable, optional
        ``projection(parameters)``, applied after every step.

    Returns
    -------
    Optimiser
        The optimiser. If η is one number, an iteration takes the flow time η/(1 − β).

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind or out of its range.

    Examples
    --------
    >>> from implicit_sparsity.training import optimisers
    >>> heavy_ball = optimisers.descent(0.01, momentum=0.75)
    >>> heavy_ball.step_size
    0.04
    """
    momentum = within("momentum", momentum, 0.0, float(np.nextafter(1.0, 0.0)))
    nesterov = flag("nesterov", nesterov)
    decay = decay if callable(decay) else within("decay", decay, 0.0)
    if isinstance(step_size, int | float | np.number):
        step_size = positive("step_size", cast(float, step_size))
    made, parts = _chain(nesterov), (step_size, momentum or None, decay or None)
    if callable(step_size) or callable(decay):
        transformation = made(*parts)
    else:
        transformation = numbered(made, jax.tree.map(_steps, step_size), *parts[1:])
    return Optimiser(
        transformation,
        sampling(batch, label_noise),
        projection,
        step_size / (1.0 - momentum) if isinstance(step_size, float) else 1.0,
    )


def sampling(batch: int | None = None, label_noise: float = 0.0) -> Sample | None:
    """The data of an iteration: a random mini-batch, noise on the labels, or both.

    Parameters
    ----------
    batch : int, optional
        Size of the mini-batches, drawn with replacement; all data without.
    label_noise : float, optional
        Standard deviation of fresh Gaussian noise on every label.

    Returns
    -------
    callable or None
        For the ``sample`` of an `Optimiser`.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from implicit_sparsity.training import optimisers
    >>> sample = optimisers.sampling(batch=2)
    >>> X, y = sample(jax.random.key(0), jnp.eye(5), jnp.arange(5.0))
    >>> X.shape, y.shape
    ((2, 5), (2,))
    """
    batch = None if batch is None else whole("batch", batch)
    label_noise = within("label_noise", label_noise, 0.0)
    return _sample(batch, label_noise) if batch is not None or label_noise > 0 else None


# The same numbers give the same objects, for which compiled code is kept.
@lru_cache(maxsize=256)
def _sample(batch: int | None, label_noise: float) -> Sample:
    def sample(key: jax.Array, X: jax.Array, y: jax.Array) -> tuple[jax.Array, jax.Array]:
        for_rows, for_noise = jax.random.split(key)
        if batch is not None:
            if batch > y.size:
                raise ValueError(f"a batch of {batch} is larger than the {y.size} samples")
            rows = jax.random.randint(for_rows, (batch,), 0, y.size)
            X, y = X[rows], y[rows]
        if label_noise > 0:
            y = y + label_noise * jax.random.normal(for_noise, y.shape)
        return X, y

    return sample


@lru_cache(maxsize=2)
def _chain(nesterov: bool) -> Callable[..., Any]:
    """What makes the transformation of `descent` of its step size, momentum and decay."""

    def made(step_size: Any, momentum: float | None, decay: Any) -> Any:
        parts = [] if decay is None else [optax.add_decayed_weights(decay)]
        if momentum is not None:
            parts.append(optax.trace(momentum, nesterov))
        if callable(step_size):
            parts.append(optax.scale_by_learning_rate(step_size))
        else:
            parts.append(_scaled(step_size))
        return optax.chain(*parts)

    return made


def _steps(step: ArrayLike) -> Any:
    try:
        steps = np.asarray(step, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"step_size holds {step!r}; give numbers, arrays of them, or one schedule."
        ) from None
    if not (np.isfinite(steps) & (steps >= 0)).all():
        raise ValueError("step_size must hold finite numbers of at least 0; change the others.")
    return steps


def _scaled(steps: Any) -> Any:
    """A transformation with one step, one a coordinate, or those of each leaf."""

    def scaled(gradient: Parameters, _: Parameters) -> Parameters:
        return jax.tree.map(
            lambda step, part: jax.tree.map(lambda g: -jnp.asarray(step) * g, part),
            steps,
            gradient,
        )

    return optax.stateless(scaled)
