"""The compiled iteration, of one run or of many side by side.

An iteration measures the weights that it finds, then takes a step. Everything that a run records is
kept in arrays of fixed size, so that its memory does not grow with its length.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from implicit_sparsity.training.losses import Loss
from implicit_sparsity.training.networks import Network, Parameters
from implicit_sparsity.training.numbers import Numbers, parted
from implicit_sparsity.training.optimisers import Optimiser, Projection, Sample

#: Why a run is at rest, by ``State.status``; 0 while it is running.
ENDS = ("running", "finished", "stopped", "diverged")
RUNNING, FINISHED, STOPPED, DIVERGED = range(4)

Until = float | Callable[[jax.Array, jax.Array], Any] | None

#: How to compile what runs once: it takes less time so, to compile and run.
ONCE = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}


class Data(NamedTuple):
    """What a run is trained and measured on; the truth is zero where it is not known."""

    X: Any
    y: Any
    w_star: Any
    inside: Any


class Levels(NamedTuple):
    """Numbers that the events of a run are compared with; the ceiling is that of its loss."""

    ceiling: Any
    tolerance: Any
    bound: Any


class State(NamedTuple):
    """A run between two iterations; first times are −1 before they come."""

    parameters: Parameters
    optimiser: Any
    key: Any
    status: Any
    end: Any
    reached: Any
    exceeded: Any
    best_error: Any
    best_t: Any
    trace: Any


class Findings(NamedTuple):
    """What is known of a run at its start."""

    loss: Any
    loss_at_zero: Any
    weights: Any
    slopes: Parameters
    loss_slope: Any


class Engine:
    """The functions of a training, each compiled once for each shape of the data.

    All of them take and return runs stacked along the first axis. The data are stacked too,
    unless they are shared. They are given the numbers of the optimiser's transformation.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        make: Callable[..., Any],
        sample: Sample | None,
        projection: Projection | None,
        until: Until,
    ) -> None:
        self.network, self.loss, self.until = network, loss, until
        self.make, self.sample, self.projection = make, sample, projection
        self.begin = jax.jit(self._begin, static_argnames="shared", compiler_options=ONCE)
        self.slopes_at = jax.jit(jax.vmap(self.slopes), compiler_options=ONCE)
        # The runs that it is given are overwritten, not copied.
        self.advance = jax.jit(self._advance, static_argnames="shared", donate_argnames="state")

    def objective(self, parameters: Parameters, X: Any, y: Any) -> tuple[Any, Any]:
        """The loss, and the weights."""
        w = self.network.weights(parameters)
        return self.loss(X @ w, y), w

    def slopes(self, parameters: Parameters) -> Parameters:
        """The largest slope of the weights in each array of the parameters."""
        w, pull = jax.vjp(self.network.weights, parameters)
        # In a direction of its own kind, which no symmetry makes orthogonal to a gradient.
        gradient = pull(jnp.cos(jnp.arange(1.0, w.size + 1)))[0]
        return jax.tree.map(lambda slope: jnp.max(jnp.abs(slope)), gradient)

    def transformation(self, numbers: Numbers) -> Any:
        """The optimiser's transformation, with these numbers."""
        return optax.with_extra_args_support(self.make(*numbers))

    def step(
        self, t: Any, data: Data, state: State, numbers: Numbers
    ) -> tuple[Any, Any, Parameters, Any]:
        """Loss and weights of an iterate; parameters and state of the optimiser of the next."""
        X, y = data.X, data.y
        if self.sample is None:
            (loss, w), gradient = jax.value_and_grad(self.objective, has_aux=True)(
                state.parameters, X, y
            )
        else:
            loss, w = self.objective(state.parameters, X, y)
            X, y = self.sample(jax.random.fold_in(state.key, t), X, y)
            gradient, _ = jax.grad(self.objective, has_aux=True)(state.parameters, X, y)
        updates, optimiser = self.transformation(numbers).update(
            gradient,
            state.optimiser,
            state.parameters,
            value=loss,
            grad=gradient,
            value_fn=lambda parameters: self.objective(parameters, X, y)[0],
        )
        parameters = optax.apply_updates(state.parameters, updates)
        if self.projection is not None:
            parameters = self.projection(parameters)
        return loss, w, parameters, optimiser

    def _begin(
        self, data: Data, parameters: Parameters, seeds: Any, numbers: Numbers, *, shared: bool
    ) -> tuple[tuple[Any, Any], Findings]:
        """The optimiser and the key of runs at their start, and what can be found out there."""

        def one(data: Data, parameters: Parameters, seed: Any) -> tuple[Any, Findings]:
            loss, w = self.objective(parameters, data.X, data.y)
            key = None if self.sample is None else jax.random.key(seed)
            started = self.transformation(numbers).init(parameters), key
            loss_at_zero = self.loss(jnp.zeros_like(data.y), data.y)
            # Predictions of no particular kind: where a loss is flat there, it is flat everywhere.
            loss_slope = jax.grad(self.loss)(jnp.cos(jnp.arange(1.0, data.y.size + 1)), data.y)
            slopes = self.slopes(parameters)
            return started, Findings(loss, loss_at_zero, w, slopes, loss_slope)

        started, findings = jax.vmap(one, in_axes=(None if shared else 0, 0, 0))(
            data, parameters, seeds
        )
        # Types as definite as those that come back, or `advance` would be compiled twice.
        return jax.tree.map(lambda array: jnp.asarray(array, array.dtype), started), findings

    def _advance(
        self,
        state: State,
        data: Data,
        levels: Levels,
        clock: tuple[Any, Any, Any, Any],
        numbers: Numbers,
        *,
        shared: bool,
    ) -> tuple[State, Any, Any]:
        """Iterate all runs from t up to ``stop`` (``clock`` is t, stop, last, stride).

        Returns the runs, their weights then, and whether any of them goes on.
        """
        start, stop, last, stride = clock
        iterate = jax.vmap(
            partial(self._iterate, last=last, numbers=numbers),
            in_axes=(None, 0, None if shared else 0, 0),
        )

        def unfinished(carry: tuple[Any, State]) -> Any:
            t, state = carry
            return (t < stop) & jnp.any(state.status == RUNNING)

        def onwards(carry: tuple[Any, State]) -> tuple[Any, State]:
            t, state = carry
            # Slots are written until their iteration comes, so that no branch is needed.
            slot = jax.lax.div(t + stride - 1, stride)
            new, rows = iterate(t, state._replace(trace=None), data, levels)
            at = jax.lax.dynamic_index_in_dim(state.trace, slot, 1, keepdims=False)
            rows = jnp.where((state.status == RUNNING)[:, None], rows, at)
            trace = jax.lax.dynamic_update_index_in_dim(state.trace, rows, slot, 1)
            return t + 1, new._replace(trace=trace)

        _, state = jax.lax.while_loop(unfinished, onwards, (start, state))
        w = jax.vmap(self.network.weights)(state.parameters)
        return state, w, jnp.any(state.status == RUNNING)

    def _iterate(
        self, t: Any, state: State, data: Data, levels: Levels, *, last: Any, numbers: Numbers
    ) -> tuple[State, Any]:
        loss, w, parameters, optimiser = self.step(t, data, state, numbers)
        distance = jnp.abs(w - data.w_star)
        error = jnp.sum(distance**2)
        on_support = jnp.max(distance * data.inside)
        off_support = jnp.max(distance * ~data.inside)

        was_running = state.status == RUNNING
        status = jnp.where(t == last, FINISHED, RUNNING)
        if self.until is not None:
            met = self.until(loss, w) if callable(self.until) else loss < self.until
            status = jnp.where(met, STOPPED, status)
        status = jnp.where(jnp.isfinite(loss) & (loss <= levels.ceiling), status, DIVERGED)
        goes_on = was_running & (status == RUNNING)

        def first(time: Any, hit: Any) -> Any:
            return jnp.where(was_running & (time < 0) & hit, t, time)

        best = was_running & (error < state.best_error)
        parameters, optimiser = jax.tree.map(
            lambda new, old: jnp.where(goes_on, new, old),
            (parameters, optimiser),
            (state.parameters, state.optimiser),
        )
        new = State(
            parameters,
            optimiser,
            state.key,
            status=jnp.where(was_running, status, state.status),
            end=first(state.end, ~goes_on),
            reached=first(state.reached, on_support < levels.tolerance),
            exceeded=first(state.exceeded, off_support > levels.bound),
            best_error=jnp.where(best, error, state.best_error),
            best_t=jnp.where(best, t, state.best_t),
            trace=None,
        )
        return new, jnp.stack([loss, error, on_support, off_support])


def engine(network: Network, loss: Loss, optimiser: Optimiser, until: Until) -> Engine:
    """The engine of a training; the same as before if its parts are known to be the same.

    Those are this package's own, frozen dataclasses of them or of plain values, and transformations
    that are the same object, or the same but for numbers. Any other might have changed since, and
    is compiled anew.
    """
    make, _ = parted(optimiser.transformation)
    parts = network, loss, make, optimiser.sample, optimiser.projection, until
    if all(_is_fixed(part) for part in parts if part is not make):
        try:
            return _kept(*parts)  # type: ignore[arg-type]
        except TypeError:  # a field without a hash
            pass
    return Engine(*parts)


_kept = lru_cache(maxsize=64)(Engine)


def _is_fixed(part: Any) -> bool:
    if part is None or isinstance(part, bool | int | float | str):
        return True
    if is_dataclass(part):
        frozen = getattr(part, "__dataclass_params__").frozen  # noqa: B009, it is not typed
        return frozen and all(_is_fixed(getattr(part, field.name)) for field in fields(part))
    return str(getattr(part, "__module__", "")).startswith("implicit_sparsity.")
