"""What a training returns."""

from __future__ import annotations

from dataclasses import dataclass, field

from implicit_sparsity.training.networks import Network, Parameters
from implicit_sparsity.trajectory import DescentTrajectory


@dataclass(frozen=True, eq=False, repr=False)
class TrainingTrajectory(DescentTrajectory):
    """A trajectory of a training, whose clock counts iterations.

    Its depth is the network's ``depth``, or NaN; its alpha the largest entry of what was given. Its
    step size is the flow time of an iteration, 1 if the optimiser has none. Its trace has the loss
    that was trained, and the last of it is that of the last iteration.

    Attributes
    ----------
    network : Network
        The network.
    parameters : pytree of array
        Its parameters at the end.
    end : str
        Why it ended: ``"finished"`` all iterations; ``"stopped"`` by the stop rule; or
        ``"diverged"``, at the first iteration whose loss is not finite or 1e8 times too large.

    Examples
    --------
    >>> from implicit_sparsity import Problem
    >>> from implicit_sparsity.training import losses, networks, optimisers, train
    >>> problem = Problem([[1.0, 0.5], [0.5, 1.0]], y=[1.0, 0.5])
    >>> path = train(
    ...     problem, networks.Diagonal(2), losses.squared, optimisers.descent(0.01), alpha=0.1,
    ...     iterations=100_000, until=1e-3,
    ... )
    >>> path.end, path.iteration[-1], path.time[-1]
    ('stopped', np.int64(796), np.float64(7.96))
    """

    network: Network = field(repr=False)
    parameters: Parameters = field(repr=False)
    end: str
