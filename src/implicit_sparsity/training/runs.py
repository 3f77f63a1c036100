"""Train one network, or many side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import jax
import numpy as np
from numpy.typing import ArrayLike

from implicit_sparsity.checks import optional_function, positive, whole
from implicit_sparsity.descent.limits import TRACE_CAPACITY, DivergenceError
from implicit_sparsity.descent.run import recorded_iterations
from implicit_sparsity.problem import Problem
from implicit_sparsity.training.engine import Levels, State, Until, engine
from implicit_sparsity.training.losses import Loss
from implicit_sparsity.training.networks import Network
from implicit_sparsity.training.numbers import parted
from implicit_sparsity.training.optimisers import Optimiser
from implicit_sparsity.training.recording import recorded, trajectory
from implicit_sparsity.training.starts import (
    begin,
    checked_alpha,
    checked_parts,
    checked_problems,
    stacked_data,
)
from implicit_sparsity.training.trajectory import TrainingTrajectory

#: Points of the traces of all runs together, and at least of each.
TOTAL_CAPACITY, LEAST_CAPACITY = 64 * TRACE_CAPACITY, 256


def train(
    problem: Problem,
    network: Network,
    loss: Loss,
    optimiser: Optimiser | Any,
    alpha: ArrayLike,
    iterations: int,
    record_at: Iterable[int] | None = None,
    *,
    seed: int = 0,
    until: Until = None,
    tolerance: float = 0.1,
    bound: float | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> TrainingTrajectory:
    """Train the weights of a linear model through any network, with any loss and any optimiser.

    It minimises loss(X w(θ), y) over the parameters θ from the network's start, with gradients by
    automatic differentiation, in double precision.

    Parameters
    ----------
    problem : Problem
        Data of n samples and p coordinates.
    network : Network
        From parameters to weights: one of `networks`, or an object with ``start(alpha, p)`` and
        ``weights(parameters)``.
    loss : callable
        From predictions and targets to a number: one of `losses`, or a function in ``jax.numpy``.
    optimiser : Optimiser or optax.GradientTransformation
        What an iteration does: `optimisers.descent`, an `optimisers.Optimiser`, or optax's own.
    alpha : float or array
        Scale of the start, one for all coordinates or one each; the network says what it takes.
    iterations : int
        Number of iterations, at least 1.
    record_at : iterable of int, optional
        Iterations, increasing within [0, iterations], whose weights are kept besides 0 and the
        last. By default about 200 in geometric progression.
    seed : int, optional
        Seed of all that is random in the optimiser.
    until : float or callable, optional
        Stop at the first iteration whose loss is below this, or at which ``until(loss, w)``, a
        function in ``jax.numpy``, is true.
    tolerance : float, optional
        Level of ``events.support_reached``.
    bound : float, optional
        Level of ``events.off_support_exceeded``; by default α^{N/4} if the network has a depth N,
        and ``tolerance`` if not.
    progress : callable, optional
        Called as ``progress(done, iterations)``, about once a second and at the end.

    Returns
    -------
    TrainingTrajectory
        Snapshots, events exact to the iteration, and traces at every ⌈iterations / 32768⌉-th
        iteration and the last. A maximum over no coordinates is 0.

    Raises
    ------
    TypeError
        If an argument is of another kind.
    ValueError
        If a number is out of its range, or the network, the loss and the optimiser do not fit
        together.
    DivergenceError
        As soon as the loss is not finite, or exceeds 1e8 times the larger of its initial value
        and that of the weights zero.

    Examples
    --------
    Recover a weight vector with two non-zero entries from 40 samples of 60 coordinates.

    >>> import numpy as np
    >>> from implicit_sparsity import Problem
    >>> from implicit_sparsity.training import losses, networks, optimisers, train
    >>> X = np.random.default_rng(0).choice([-1.0, 1.0], (40, 60))
    >>> w_star = np.zeros(60)
    >>> w_star[:2] = 1.0, -0.5
    >>> problem = Problem(X, X @ w_star, w_star)
    >>> network, optimiser = networks.Diagonal(depth=3), optimisers.descent(0.01)
    >>> path = train(problem, network, losses.squared, optimiser, alpha=0.05, iterations=2000)
    >>> path.w[-1, :3].round(2)
    array([ 1. , -0.5,  0. ])
    >>> path.events.support_reached, path.events.off_support_exceeded
    (657, None)
    """
    (path,) = train_many(
        [problem],
        network,
        loss,
        optimiser,
        checked_alpha(alpha)[None],
        iterations,
        record_at,
        seed=seed,
        until=until,
        tolerance=tolerance,
        bound=bound,
        progress=progress,
    )
    if path.end == "diverged":
        raise DivergenceError(_divergence(path))
    return path


def train_many(
    problems: Problem | Sequence[Problem],
    network: Network,
    loss: Loss,
    optimiser: Optimiser | Any,
    alpha: ArrayLike,
    iterations: int,
    record_at: Iterable[int] | None = None,
    *,
    seed: int | Sequence[int] = 0,
    until: Until = None,
    tolerance: float = 0.1,
    bound: float | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> list[TrainingTrajectory]:
    """Train many runs side by side: over problems, starts and seeds, as `train` would one by one.

    Parameters
    ----------
    problems : Problem or sequence of Problem
        One for all runs, or one for each, of one shape.
    network : Network
        As for `train`, as are all without further words.
    loss : callable
        See there.
    optimiser : Optimiser or optax.GradientTransformation
        See there.
    alpha : float or array
        Start of all runs; or those of each along the first axis. As many numbers as coordinates
        say which of the two only by their shape: (1, p) for one run, (p, 1) for p runs.
    iterations : int
        See there.
    record_at : iterable of int, optional
        See there.
    seed : int or sequence of int, optional
        Seed of all runs, or one for each.
    until : float or callable, optional
        See there; each run has its own end.
    tolerance : float, optional
        See there.
    bound : float, optional
        See there.
    progress : callable, optional
        See there.

    Returns
    -------
    list of TrainingTrajectory
        One for each run. Runs that diverge end there, and their ``end`` says so. Traces are
        coarser if there are more than 64 runs.

    Raises
    ------
    TypeError, ValueError
        As for `train`, or if the numbers of problems, starts and seeds disagree.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import Problem
    >>> from implicit_sparsity.training import losses, networks, optimisers, train_many
    >>> problem = Problem([[1.0, 0.0], [0.0, 1.0]], y=[1.0, 0.0], w_star=[1.0, 0.0])
    >>> paths = train_many(
    ...     problem, networks.Diagonal(2), losses.squared, optimisers.descent(0.05),
    ...     alpha=[0.1, 0.01, 0.001], iterations=1000,
    ... )
    >>> [path.events.support_reached for path in paths]
    [34, 59, 83]
    """
    problems = checked_problems(problems)
    optimiser, until = checked_parts(network, loss, optimiser, until)
    for problem in problems:
        getattr(loss, "check", lambda targets: None)(problem.y)
    iterations = whole("iterations", iterations)
    stops = recorded_iterations(record_at, iterations)
    tolerance = positive("tolerance", tolerance)
    bound = None if bound is None else positive("bound", bound)
    optional_function("progress", progress)
    given = checked_alpha(alpha)
    if given.shape == (problems[0].p,) and given.size > 1 == len(problems) == np.size(seed):
        raise ValueError(
            f"alpha has one number for each of the {given.size} coordinates; give alpha[None] for "
            f"one run that starts so, or alpha[:, None] for {given.size} runs."
        )
    alphas = list(given) if given.ndim else [given]
    seeds = [whole("seed", s, least=0) for s in (seed if isinstance(seed, Sequence) else [seed])]
    if max(seeds) >= 2**63:
        raise ValueError("seed must be below 2**63; take a smaller one.")
    count = _count(problems=problems, alpha=alphas, seed=seeds)
    alphas, seeds = (_for_each(values, count) for values in (alphas, seeds))
    scales = [float(np.abs(alpha).max()) for alpha in alphas]
    bounds = [_bound(network, scale, tolerance) if bound is None else bound for scale in scales]
    capacity = min(TRACE_CAPACITY, max(TOTAL_CAPACITY // count, LEAST_CAPACITY))
    stride = -(-iterations // capacity)

    with jax.enable_x64(True):
        machine = engine(network, loss, optimiser, until)
        _, numbers = parted(optimiser.transformation)
        data, shared = stacked_data(problems), len(problems) == 1
        # As many points whatever the number of iterations, so that it is not compiled anew.
        state, ceilings = begin(machine, numbers, data, alphas, seeds, capacity + 1, shared)
        levels = Levels(ceilings, np.full(count, tolerance), np.array(bounds))

        def advance(state: State, t: int, stop: int) -> Any:
            clock = t, stop, iterations, stride
            return machine.advance(state, data, levels, clock, numbers, shared=shared)

        record = recorded(advance, state, stops, stride, progress)
    return [
        trajectory(record, run, network, scales[run], optimiser, (tolerance, bounds[run]), problem)
        for run, problem in enumerate(_for_each(problems, count))
    ]


def _divergence(path: TrainingTrajectory) -> str:
    """What went wrong in a run, and the causes that it may have."""
    what, remedy = f"the loss is {path.trace.loss[-1]:.3g}", ""
    if not np.isfinite(path.w[-1]).all():
        what = "weights are not finite"
        remedy = ", or make the network, its gradient and the projection finite where they were"
    elif not np.isfinite(path.trace.loss[-1]):
        remedy = ", or make the loss finite for such predictions"
    return (
        f"Training diverged at iteration {path.iteration[-1]}, where {what}; lower the optimiser's "
        f"step size or alpha{remedy}."
    )


def _count(**given: list[Any]) -> int:
    """The number of runs, which all lists have that have more than one entry."""
    counts = {len(values) for values in given.values()} - {1} or {1}
    if len(counts) > 1:
        found = ", ".join(f"{len(values)} in {name}" for name, values in given.items())
        raise ValueError(f"The numbers of runs disagree ({found}); give one for all, or one each.")
    return counts.pop()


def _for_each(values: list[Any], count: int) -> list[Any]:
    return values if len(values) == count else values * count


def _bound(network: Network, scale: float, tolerance: float) -> float:
    """α^{N/4}, the level of the paper's window; or the tolerance, if there is no depth or start."""
    depth = float(getattr(network, "depth", math.nan))
    return scale ** (depth / 4) if scale > 0 and math.isfinite(depth) else tolerance
