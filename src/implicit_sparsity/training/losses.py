"""Losses: functions of predictions Xw and targets y, to one number.

A loss of your own is such a function, written in ``jax.numpy``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import jax
import jax.numpy as jnp
import numpy as np

from implicit_sparsity.checks import positive
from implicit_sparsity.problem import Vector


class Loss(Protocol):
    """What a loss is. If it has a method ``check``, that is called with the targets first."""

    def __call__(self, predictions: jax.Array, targets: jax.Array, /) -> jax.Array:
        """The loss, a number.

        Parameters
        ----------
        predictions, targets : array, shape (n,)
            Xw and y.

        Returns
        -------
        array, shape ()
            The loss.
        """


def squared(predictions: jax.Array, targets: jax.Array) -> jax.Array:
    """Mean squared error (1/n)‖Xw − y‖², the paper's loss.

    Parameters
    ----------
    predictions, targets : array, shape (n,)
        Xw and y.

    Returns
    -------
    array, shape ()
        The loss.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from implicit_sparsity.training import losses
    >>> float(losses.squared(jnp.array([1.0, 2.0]), jnp.array([1.0, 4.0])))
    2.0
    """
    return jnp.mean((predictions - targets) ** 2)


def absolute(predictions: jax.Array, targets: jax.Array) -> jax.Array:
    """Mean absolute error (1/n)‖Xw − y‖₁; its subgradient is 0 where a residual is 0.

    Parameters
    ----------
    predictions, targets : array, shape (n,)
        Xw and y.

    Returns
    -------
    array, shape ()
        The loss.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from implicit_sparsity.training import losses
    >>> float(losses.absolute(jnp.array([1.0, 2.0]), jnp.array([1.0, 4.0])))
    1.0
    """
    residuals = predictions - targets
    # The derivative of jnp.abs at 0 is not the same in all versions of JAX.
    return jnp.mean(residuals * jax.lax.stop_gradient(jnp.sign(residuals)))


@dataclass(frozen=True)
class _OfMargins:
    """A mean over the margins m = y ⊙ Xw, for targets −1 and 1."""

    def __call__(self, predictions: jax.Array, targets: jax.Array) -> jax.Array:
        return jnp.mean(self.of_margins(targets * predictions))

    def of_margins(self, margins: jax.Array) -> jax.Array:
        raise NotImplementedError

    def check(self, targets: Vector) -> None:
        """Refuse targets other than −1 and 1, 0 and 1 among them."""
        if not np.isin(targets, (-1.0, 1.0)).all():
            raise ValueError("y must hold only -1 and 1 for this loss; code the two classes so.")


@dataclass(frozen=True)
class Logistic(_OfMargins):
    """Logistic loss, the mean of log(1 + e^{−m}) over the margins m = y ⊙ Xw.

    The targets are −1 and 1.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from implicit_sparsity.training import losses
    >>> loss = losses.Logistic()
    >>> round(float(loss(jnp.array([0.0, 0.0]), jnp.array([1.0, -1.0]))), 4)
    0.6931
    """

    def of_margins(self, margins: jax.Array) -> jax.Array:
        """log(1 + e^{−m})."""
        return jnp.logaddexp(0.0, -margins)


@dataclass(frozen=True)
class SmoothedHinge(_OfMargins):
    """The hinge of a support vector machine with Nesterov's smoothing, over margins m = y ⊙ Xw.

    It is 0 for m ≥ 1, (1 − m)²/(2γ) down to 1 − γ, and 1 − m − γ/2 below; the targets are −1 and 1.

    Parameters
    ----------
    gamma : float, optional
        γ, the width of the smooth part.

    References
    ----------
    .. [1] Sui et al., arXiv:2310.17124.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from implicit_sparsity.training import losses
    >>> loss = losses.SmoothedHinge(gamma=0.5)
    >>> [float(loss(jnp.array([m]), jnp.array([1.0]))) for m in (2.0, 0.75, 0.0)]
    [0.0, 0.0625, 0.75]
    """

    gamma: float = 0.01

    def __post_init__(self) -> None:
        positive("gamma", self.gamma)

    def of_margins(self, margins: jax.Array) -> jax.Array:
        """The smoothed hinge of each margin."""
        below = jnp.maximum(1.0 - margins, 0.0)
        return jnp.where(
            below < self.gamma, below**2 / (2.0 * self.gamma), below - self.gamma / 2.0
        )
