"""The start of a training: its arguments, and the runs before their first iteration."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from numpy.typing import ArrayLike

from implicit_sparsity.checks import instance, positive
from implicit_sparsity.descent.limits import BLOW_UP
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.training.engine import RUNNING, Data, Engine, State, Until
from implicit_sparsity.training.losses import Loss
from implicit_sparsity.training.networks import Network, Parameters
from implicit_sparsity.training.numbers import Numbers
from implicit_sparsity.training.optimisers import Optimiser
from implicit_sparsity.training.refusals import (
    check_numbers,
    check_shapes,
    shaped,
    told,
    warn_of_fixed,
)


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
    arrays = (a[0] if shared else np.stack(a) for a in zip(*parts, strict=True))
    return Data(*map(jax.device_put, arrays))  # unlike jnp.asarray, it has nothing to compile


def begin(
    engine: Engine,
    numbers: Numbers,
    data: Data,
    alphas: list[Vector],
    seeds: list[int],
    points: int,
    shared: bool,
) -> tuple[State, Vector]:
    """All runs before their first iteration, and the ceilings of their losses.

    Parameters
    ----------
    engine : Engine
        What is trained.
    numbers : tuple
        The numbers of the optimiser's transformation.
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
    X, y = (shaped(a.shape[-k:], a.dtype) for k, a in ((2, data.X), (1, data.y)))
    parameters = _stacked_start(engine, alphas, X.shape[1])
    check_shapes(engine, numbers, X, y, jax.tree.map(_one, parameters))
    started, findings = engine.begin(data, parameters, np.array(seeds), numbers, shared=shared)
    findings = jax.tree.map(np.asarray, findings)
    check_numbers(findings)
    warn_of_fixed(engine, findings, parameters)
    largest = np.maximum(np.abs(findings.loss), np.abs(findings.loss_at_zero))
    with np.errstate(over="ignore"):
        ceilings = np.minimum(BLOW_UP * largest, sys.float_info.max)
    return _before_all(parameters, started, len(alphas), points), ceilings


def _before_all(parameters: Parameters, started: tuple[Any, Any], runs: int, points: int) -> State:
    never = np.full(runs, -1)
    return State(
        parameters,
        *started,
        status=np.full(runs, RUNNING),
        end=never,
        reached=never,
        exceeded=never,
        best_error=np.full(runs, np.inf),
        best_t=never,
        trace=np.full((runs, points, 4), np.nan),
    )


def _stacked_start(engine: Engine, alphas: list[Vector], p: int) -> Parameters:
    """Parameters of all runs at the start."""
    runs = []
    for alpha in alphas:
        with told(f"The network's start failed for alpha of shape {alpha.shape} and p = {p}"):
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
    return jax.tree.map(lambda *leaves: np.stack(leaves).astype(np.float64), *runs)


def _one(array: Any) -> Any:
    return shaped(array.shape[1:], array.dtype)
