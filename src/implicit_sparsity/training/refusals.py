"""What a training refuses before its first iteration: parts that do not fit, a start at rest."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from implicit_sparsity.training.engine import Data, Engine, Findings, State
from implicit_sparsity.training.networks import Parameters
from implicit_sparsity.training.numbers import Numbers

_IN_JAX = "write it in jax.numpy, without NumPy, float() or `if` on what it computes"
_WITH_GRADIENT = "use operations that jax.grad takes, such as lax.scan"
#: At so many random points an array of the parameters is moved, to tell whether it ever matters.
RANDOM_POINTS = 8


def check_shapes(engine: Engine, numbers: Numbers, X: Any, y: Any, run: Parameters) -> None:
    """Follow one iteration of one run by its shapes alone, and refuse what does not fit.

    The parts come one by one, so that an error names its part.
    """
    n, p = X.shape
    form = _form(run)[0]
    with told("The network's weights failed", f"the network's parameters are {form}"):
        w = jax.eval_shape(engine.network.weights, run)
    if getattr(w, "shape", None) != (p,) or w.dtype != np.float64:
        found = f"{w.dtype} of shape {w.shape}" if hasattr(w, "shape") else type(w).__name__
        raise ValueError(
            f"The network's weights are {found}, but the problem needs float64 of shape ({p},); "
            "return one weight a column."
        )
    with told("The network's weights have no gradient", _WITH_GRADIENT):
        jax.eval_shape(jax.grad(lambda q: jnp.sum(engine.network.weights(q))), run)
    predictions = shaped((n,), np.float64)
    with told("The loss failed", "it takes predictions and targets"):
        loss = jax.eval_shape(engine.loss, predictions, y)
    if getattr(loss, "shape", None) != () or loss.dtype != np.float64:
        found = f"{loss.dtype} of shape {loss.shape}" if hasattr(loss, "shape") else repr(loss)
        raise ValueError(
            f"The loss is {found}, not one number in float64; take a mean of real numbers."
        )
    with told("The loss has no gradient", _WITH_GRADIENT):
        jax.eval_shape(jax.grad(engine.loss), predictions, y)
    if callable(engine.until):
        with told("The stop rule failed", "it takes the loss and the weights"):
            met = jax.eval_shape(engine.until, loss, w)
        if getattr(met, "shape", None) != () or met.dtype != bool:
            raise ValueError("The stop rule until must return one truth value; use jnp.all on it.")
    key = jax.eval_shape(jax.random.key, 0)
    if engine.sample is not None:
        with told("The optimiser's sample failed"):
            jax.eval_shape(engine.sample, key, X, y)
    if engine.projection is not None:
        with told("The optimiser's projection failed", f"the network's parameters are {form}"):
            jax.eval_shape(engine.projection, run)
    with told("The optimiser failed", f"the network's parameters are {form}"):
        state = jax.eval_shape(engine.transformation(numbers).init, run)
        before = State(run, state, key, *[None] * 7)
        _, _, *after = jax.eval_shape(engine.step, 0, Data(X, y, None, None), before, numbers)
    for name, old, new in (
        ("parameters", run, after[0]),
        ("state of the optimiser", state, after[1]),
    ):
        if _form(old) != _form(new):
            raise ValueError(
                f"An iteration turns the {name} from {_form(old)[0]} into {_form(new)[0]}; "
                "the optimiser and its projection must keep their form."
            )


def check_numbers(findings: Findings) -> None:
    """Refuse a start from which nothing sensible can follow."""
    if not np.isfinite(findings.weights).all():
        raise ValueError("The weights are not finite at the start; change the network or alpha.")
    if not np.isfinite(findings.loss).all():
        raise ValueError(
            f"The loss at the start is {np.max(findings.loss)}; lower alpha, scale down X "
            "and y, or change the loss."
        )
    slopes = jax.tree_util.tree_leaves_with_path(findings.slopes)
    for path, slope in slopes:
        if not np.isfinite(slope).all():
            raise ValueError(
                "The gradient of the weights is not finite at the start in parameters"
                f"{jax.tree_util.keystr(path)}; make the network differentiable there."
            )
    if (np.sum([slope for _, slope in slopes], axis=0) == 0).any():
        raise ValueError(
            "The gradient of the weights is zero in all parameters at the start, so that nothing "
            "would move; make the network differentiable, or start elsewhere than at a saddle."
        )
    finite = np.isfinite(findings.loss_slope).all()
    if not finite or not np.any(findings.loss_slope):
        raise ValueError(
            f"The gradient of the loss in the predictions is {'zero' if finite else 'not finite'}; "
            "use a differentiable loss."
        )


def warn_of_fixed(engine: Engine, findings: Findings, parameters: Parameters) -> None:
    """Warn of arrays whose gradient is zero at the start and at random points of the first run.

    A saddle is not: there it is zero at the start alone. Points where a gradient is no number,
    such as those of a root below zero, tell nothing.
    """
    slopes = jax.tree_util.tree_leaves_with_path(findings.slopes)
    resting = [i for i, (_, slope) in enumerate(slopes) if slope[0] == 0]
    if not resting:
        return
    rng = np.random.default_rng(0)

    def moved(sign: float) -> Parameters:
        return jax.tree.map(
            lambda leaf: (
                leaf[0] * rng.uniform(0.5, 2, leaf.shape[1:])
                + sign * rng.uniform(0.5, 2, leaf.shape[1:])
            ),
            parameters,
        )

    points = [moved(sign) for sign in (1.0, -1.0) * (RANDOM_POINTS // 2)]
    there = engine.slopes_at(jax.tree.map(lambda *leaves: np.stack(leaves), *points))
    found = jax.tree.leaves(there)
    for i in resting:
        if not np.nan_to_num(found[i]).any():
            warnings.warn(
                f"The gradient of the weights in parameters{jax.tree_util.keystr(slopes[i][0])} is "
                f"zero at the start and at {RANDOM_POINTS} random points, so that they may never "
                "move; leave them out of start if they should not, or make the network "
                "differentiable in them.",
                RuntimeWarning,
                stacklevel=4,
            )


def shaped(shape: tuple[int, ...], dtype: Any) -> Any:
    return jax.ShapeDtypeStruct(shape, dtype)  # type: ignore[no-untyped-call]


def _form(tree: Any) -> tuple[Any, Any]:
    leaves = jax.tree.map(lambda leaf: f"{leaf.dtype}{list(leaf.shape)}", tree)
    return leaves, jax.tree.structure(tree)


@contextmanager
def told(what: str, remedy: str = "") -> Iterator[None]:
    """Errors of a part that a user may have written, in one sentence."""
    try:
        yield
    except Exception as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        cause = lines[0].rstrip(".").split(". ")[0]
        if isinstance(error, KeyError):
            cause = f"there is no {cause}"
        elif isinstance(error, jax.errors.JAXTypeError) or "Tracer" in cause:
            remedy = _IN_JAX
        raise ValueError(f"{what}: {cause}{'; ' if remedy else ''}{remedy}.") from error
