"""The start of a training, and everything that is refused before any work."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from implicit_sparsity.checks import instance, positive
from implicit_sparsity.descent.segments import BLOW_UP
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.training.engine import Data, Engine, Findings, State, Until
from implicit_sparsity.training.losses import Loss
from implicit_sparsity.training.networks import Network, Parameters
from implicit_sparsity.training.optimisers import Optimiser

_IN_JAX = "write it in jax.numpy, without NumPy, float() or `if` on what it computes"


def checked_parts(
    network: Network, loss: Loss, optimiser: Any, until: Any
) -> tuple[Optimiser, Until]:
    """Check the kinds of the parts of a training; returns those that have two forms in one."""
    if isinstance(network, type):
        raise TypeError(
            f"The network {network.__name__} is a class; give an object of it, "
            f"as in {network.__name__}(…)."
        )
    for method in ("start", "weights"):
        if not callable(getattr(network, method, None)):
            raise TypeError(
                f"The network {network!r} has no method {method}; "
                "give an object with start(alpha, p) and weights(parameters)."
            )
    if isinstance(loss, type) or not callable(loss):
        raise TypeError(
            f"The loss must be a function of predictions and targets, not {loss!r}; "
            "give one, such as losses.squared."
        )
    if not (until is None or callable(until)):
        until = positive("until", until)
    return optimiser if isinstance(optimiser, Optimiser) else Optimiser(optimiser), until


def checked_problems(problems: Any) -> list[Problem]:
    """Problems of one shape."""
    given = list(problems) if isinstance(problems, Sequence) else [problems]
    if not given:
        raise ValueError("problems is empty; give at least one.")
    for problem in given:
        instance("problem", problem, Problem, "build one from X and y")
        if problem.X.shape != given[0].X.shape:
            raise ValueError(
                f"The problems have designs of shapes {given[0].X.shape} and "
                f"{problem.X.shape}; train those of one shape together."
            )
    return given


def checked_alpha(alpha: ArrayLike) -> Vector:
    """Starts as an array of real, finite numbers."""
    try:
        array = np.asarray(alpha)
    except ValueError:  # a ragged list
        array = np.array("")
    if array.dtype.kind not in "fiu" or array.size == 0 or not np.isfinite(array).all():
        raise ValueError(f"alpha must hold finite numbers, not {alpha!r}; give one or an array.")
    return array.astype(np.float64)


def stacked_data(problems: list[Problem]) -> Data:
    """Data of several problems, or of one that all runs share."""
    unknown = np.zeros(problems[0].p)
    truths = [unknown if q.w_star is None else q.w_star for q in problems]
    parts = [(q.X, q.y, w, w != 0) for q, w in zip(problems, truths, strict=True)]
    shared = len(parts) == 1
    return Data(*(jnp.asarray(a[0] if shared else np.stack(a)) for a in zip(*parts, strict=True)))


def begin(
    engine: Engine, data: Data, alphas: list[Vector], seeds: list[int], points: int, shared: bool
) -> tuple[State, Vector]:
    """All runs before their first iteration, and the ceilings of their losses.

    Parameters
    ----------
    engine : Engine
        What is trained.
    data : Data
        The data.
    alphas : list of array
        The start of each run.
    seeds : list of int
        The seed of each.
    points : int
        Number of points of a trace.
    shared : bool
        Whether the runs share the data.

    Returns
    -------
    state : State
        The runs.
    ceilings : array, shape (B,)
        Loss of each above which it has diverged.

    Raises
    ------
    ValueError
        If the network, the loss and the optimiser do not fit together or to the data.
    """
    X, y = data[:2] if shared else (data.X[0], data.y[0])
    parameters = _stacked_start(engine, alphas, X.shape[1])
    _check_shapes(engine, X, y, jax.tree.map(_one, parameters))
    state, findings = engine.begin(data, parameters, np.array(seeds), points=points, shared=shared)
    _check_numbers(findings)
    largest = np.maximum(np.abs(findings.loss), np.abs(findings.loss_at_zero))
    with np.errstate(over="ignore"):
        return state, np.minimum(BLOW_UP * largest, sys.float_info.max)


def _stacked_start(engine: Engine, alphas: list[Vector], p: int) -> Parameters:
    """Parameters of all runs at the start."""
    runs = []
    for alpha in alphas:
        with _told(f"The network's start failed for alpha of shape {alpha.shape} and p = {p}"):
            runs.append(engine.network.start(alpha, p))
        for path, leaf in jax.tree_util.tree_leaves_with_path(runs[-1]):
            array = np.asarray(leaf)
            if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
                raise ValueError(
                    f"The network starts with parameters{jax.tree_util.keystr(path)} that are not "
                    "all finite real numbers; change its start or alpha."
                )
    if not jax.tree.leaves(runs[0]):
        raise ValueError("The network starts without parameters; return arrays from start.")
    return jax.tree.map(lambda *leaves: jnp.asarray(np.stack(leaves), dtype=jnp.float64), *runs)


def _check_shapes(engine: Engine, X: Any, y: Any, run: Parameters) -> None:
    """Follow one iteration of one run by its shapes alone, and refuse what does not fit.

    The parts come one by one, so that an error names its part.
    """
    n, p = X.shape
    with _told("The network's weights failed", _IN_JAX):
        w = jax.eval_shape(engine.network.weights, run)
    if getattr(w, "shape", None) != (p,) or w.dtype != np.float64:
        found = f"{w.dtype} of shape {w.shape}" if hasattr(w, "shape") else type(w).__name__
        raise ValueError(
            f"The network's weights are {found}, but the problem needs float64 of shape ({p},); "
            "return one weight a column."
        )
    predictions = _shaped((n,), np.float64)
    with _told("The loss failed", f"it takes predictions and targets: {_IN_JAX}"):
        loss = jax.eval_shape(engine.loss, predictions, y)
    if getattr(loss, "shape", None) != () or loss.dtype != np.float64:
        found = f"{loss.dtype} of shape {loss.shape}" if hasattr(loss, "shape") else repr(loss)
        raise ValueError(
            f"The loss is {found}, not one number in float64; take a mean of real numbers."
        )
    if callable(engine.until):
        with _told("The stop rule failed", "it takes the loss and the weights"):
            met = jax.eval_shape(engine.until, loss, w)
        if getattr(met, "shape", None) != () or met.dtype != bool:
            raise ValueError("The stop rule until must return one truth value; use jnp.all on it.")
    key = jax.eval_shape(jax.random.key, 0)
    if engine.sample is not None:
        with _told("The optimiser's sample failed"):
            jax.eval_shape(engine.sample, key, X, y)
    with _told("The optimiser failed", f"the network's parameters are {_form(run)[0]}"):
        state = jax.eval_shape(engine.transformation.init, run)
        before = State(run, state, key, *[None] * 7)
        _, _, *after = jax.eval_shape(engine.step, 0, Data(X, y, None, None), before)
    for name, old, new in (
        ("parameters", run, after[0]),
        ("state of the optimiser", state, after[1]),
    ):
        if _form(old) != _form(new):
            raise ValueError(
                f"An iteration turns the {name} from {_form(old)[0]} into {_form(new)[0]}; "
                "the optimiser and its projection must keep their form."
            )


def _check_numbers(findings: Findings) -> None:
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
    if (np.sum([np.asarray(slope) for _, slope in slopes], axis=0) == 0).any():
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


def _shaped(shape: tuple[int, ...], dtype: Any) -> Any:
    return jax.ShapeDtypeStruct(shape, dtype)  # type: ignore[no-untyped-call]


def _one(array: Any) -> Any:
    return _shaped(array.shape[1:], array.dtype)


def _form(tree: Any) -> tuple[Any, Any]:
    leaves = jax.tree.map(lambda leaf: f"{leaf.dtype}{list(leaf.shape)}", tree)
    return leaves, jax.tree.structure(tree)


@contextmanager
def _told(what: str, remedy: str = "") -> Iterator[None]:
    """Errors of a part that a user may have written, in one sentence."""
    try:
        yield
    except Exception as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        cause = lines[0].rstrip(".").split(". ")[0]
        raise ValueError(f"{what}: {cause}{'; ' if remedy else ''}{remedy}.") from error
