"""Optax transformations of related papers, which optax does not have.

They may be given to `train` as they are, or as part of an `Optimiser`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from implicit_sparsity.checks import positive, whole
from implicit_sparsity.training.numbers import numbered


class _Momentum(NamedTuple):
    count: Any
    momentum: Any


def accelerated(step_size: float) -> Any:
    """Nesterov's accelerated gradient descent, whose momentum grows as (k − 1)/(k + 2).

    With x₀ = θ₀ and θ the points at which gradients are taken, iteration k = 1, 2, … is
    x_k = θ_{k−1} − η∇f(θ_{k−1}), θ_k = x_k + (k − 1)/(k + 2) (x_k − x_{k−1}).

    Parameters
    ----------
    step_size : float
        η > 0.

    Returns
    -------
    optax.GradientTransformation
        The transformation; its parameters are θ.

    Raises
    ------
    ValueError
        If the step size is not positive.

    References
    ----------
    .. [1] W. Su, S. Boyd & E. Candès, "A Differential Equation for Modeling Nesterov's Accelerated
       Gradient Method", JMLR 17 (2016).

    Examples
    --------
    >>> from implicit_sparsity import Problem
    >>> from implicit_sparsity.training import losses, networks, train, transformations
    >>> problem = Problem([[1.0, 0.5], [0.5, 1.0]], y=[1.0, 0.5])
    >>> network, optimiser = networks.Diagonal(2, one_sided=True), transformations.accelerated(0.1)
    >>> path = train(problem, network, losses.squared, optimiser, alpha=0.5, iterations=2000)
    >>> path.w[-1].round(3)
    array([1., 0.])
    """
    return numbered(_accelerated, positive("step_size", step_size))


def _accelerated(step_size: float) -> Any:
    def init(parameters: Any) -> _Momentum:
        return _Momentum(jnp.array(1.0), jax.tree.map(jnp.zeros_like, parameters))

    def update(gradient: Any, state: _Momentum, _: Any = None) -> tuple[Any, _Momentum]:
        k = state.count
        # m_k = −(x_k − x_{k−1}) / η, of which θ_{k−1} had the part of the iteration before.
        before, after = jnp.maximum(k - 2.0, 0.0) / (k + 1.0), (k - 1.0) / (k + 2.0)
        momentum = jax.tree.map(lambda m, g: before * m + g, state.momentum, gradient)
        updates = jax.tree.map(lambda m, g: -step_size * (g + after * m), momentum, gradient)
        return updates, _Momentum(k + 1.0, momentum)

    return optax.GradientTransformation(init, update)


class _Doubled(NamedTuple):
    count: Any
    steps: Any


def doubling(step_size: float, phase: int, largest: float) -> Any:
    """Gradient descent whose steps double, phase after phase, where parameters are still small.

    At the end of each phase m = 2, 3, …, the step of every parameter θ with
    θ² ≤ 2^{−1−m} ``largest`` doubles. So the weights u² − v² that are yet to come take as long as
    the first ones, whatever their size.

    Parameters
    ----------
    step_size : float
        η > 0 of the first two phases.
    phase : int
        Iterations of a phase.
    largest : float
        Size of the largest weight, or a bound of it.

    Returns
    -------
    optax.GradientTransformation
        The transformation.

    Raises
    ------
    ValueError
        If a number is out of its range.

    References
    ----------
    .. [1] T. Vaškevičius, V. Kanade & P. Rebeschini, "Implicit Regularization for Optimal Sparse
       Recovery", NeurIPS 2019. The rule is that of the code published with it.

    Examples
    --------
    >>> from implicit_sparsity import Problem
    >>> from implicit_sparsity.training import losses, networks, optimisers, train, transformations
    >>> problem = Problem([[1.0, 0.0], [0.0, 1.0]], y=[8.0, 1.0], w_star=[8.0, 1.0])
    >>> plain = optimisers.descent(1 / 160)
    >>> doubling = transformations.doubling(1 / 160, phase=100, largest=8.0)
    >>> for optimiser in (plain, doubling):
    ...     path = train(
    ...         problem, networks.Diagonal(2), losses.squared, optimiser, alpha=1e-6,
    ...         iterations=5000,
    ...     )
    ...     print(path.events.support_reached)
    1199
    452
    """
    step_size, largest = positive("step_size", step_size), positive("largest", largest)
    return numbered(_doubling, step_size, whole("phase", phase), largest)


def _doubling(step_size: float, phase: int, largest: float) -> Any:
    def init(parameters: Any) -> _Doubled:
        steps = jax.tree.map(lambda part: jnp.full_like(part, step_size), parameters)
        return _Doubled(jnp.array(0), steps)

    def update(gradient: Any, state: _Doubled, parameters: Any) -> tuple[Any, _Doubled]:
        count = state.count
        ends = (count % phase == 0) & (count >= 2 * phase)
        level = largest * 2.0 ** (-1.0 - count // phase)
        steps = jax.tree.map(
            lambda step, part: jnp.where(ends & (part**2 <= level), 2.0 * step, step),
            state.steps,
            parameters,
        )
        updates = jax.tree.map(lambda step, g: -step * g, steps, gradient)
        return updates, _Doubled(count + 1, steps)

    return optax.GradientTransformation(init, update)


class _Switch(NamedTuple):
    together: Any


def directions_first(step_size: float, tolerance: float | None = None) -> Any:
    """Descent of `networks.Grouped` whose directions v take steps of η_l = u_l^{−4}, at first.

    Steps of the scales u are η. With a tolerance, once max_l |Δu_l|/|u_l| is below it, both take
    steps of η, for good. In both cases the directions are to be normalised after the step
    (``projection=networks.Grouped.normalise``).

    Parameters
    ----------
    step_size : float
        η > 0.
    tolerance : float, optional
        The relative change below which both have the same step; they never have without.

    Returns
    -------
    optax.GradientTransformation
        The transformation, of parameters ``{"u": ..., "v": ...}``.

    Raises
    ------
    ValueError
        If a number is not positive.

    References
    ----------
    .. [1] J. Li, T. V. Nguyen, C. Hegde & R. K. W. Wong, "Implicit Regularization for Group
       Sparsity", ICLR 2023. The steps are those of the code published with it.

    Examples
    --------
    >>> from implicit_sparsity.training import networks, optimisers, transformations
    >>> step = transformations.directions_first(1e-3)
    >>> optimiser = optimisers.Optimiser(step, projection=networks.Grouped.normalise)
    """
    if tolerance is not None:
        tolerance = positive("tolerance", tolerance)
    return numbered(_directions_first, positive("step_size", step_size), tolerance)


def _directions_first(step_size: float, tolerance: float | None) -> Any:
    def init(_: Any) -> _Switch:
        return _Switch(jnp.array(False))

    def update(gradient: Any, state: _Switch, parameters: Any) -> tuple[Any, _Switch]:
        u = parameters["u"]
        of_directions = jnp.where(state.together, step_size, u**-4)
        d_u = -step_size * gradient["u"]
        d_v = -of_directions[:, None] * gradient["v"]
        together = state.together
        if tolerance is not None:
            together = together | (jnp.max(jnp.abs(d_u / u)) < tolerance)
        return {"u": d_u, "v": d_v}, _Switch(together)

    return optax.GradientTransformation(init, update)
