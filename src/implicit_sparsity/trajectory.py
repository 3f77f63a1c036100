"""What a run returns: snapshots of the weights, dense scalar traces and exact events.

Every path has a clock ``t``. It counts iterations for gradient descent and flow time for gradient
flow; ``time`` is flow time for both (iteration × step size), so that they share one axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Matrix, Vector

Clock = NDArray[np.int64] | NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """Scalars along a path, on a grid dense enough to draw, shape (T,) each.

    Attributes
    ----------
    t : the path's clock, increasing, from 0 to the last.
    loss : training loss (1/n)‖Xw − y‖².
    error : squared error ‖w − w*‖²; NaN where w* is not known.
    on_support : max over the support of |w − w*|; NaN where w* is not known.
    off_support : max off the support of |w|; NaN where w* is not known.
    """

    t: Clock
    loss: Vector
    error: Vector
    on_support: Vector
    off_support: Vector


@dataclass(frozen=True)
class Events:
    """First points of the clock at which something happens; None if it never does.

    Attributes
    ----------
    support_reached : first t with max_S |w − w*| < tolerance.
    off_support_exceeded : first t with ‖w off the support‖_∞ > bound.
    best_error : smallest squared error ‖w − w*‖² on the path; None where w* is not known.
    best_t : the first t at which it is attained; None where w* is not known.
    tolerance, bound : the two levels above.
    """

    support_reached: float | None
    off_support_exceeded: float | None
    best_error: float | None
    best_t: float | None
    tolerance: float
    bound: float


@dataclass(frozen=True, eq=False, repr=False)
class Path:
    """Weights w_t of a depth-N diagonal linear network along gradient descent or its flow.

    Attributes
    ----------
    depth : N ≥ 2.
    alpha : start, u₀ = v₀ = α (v₀ = 0 for a one-sided network).
    one_sided : whether the network is w = u^N rather than u^N − v^N.
    t : (R,) recorded points of the clock, increasing, with 0 and the last.
    w : (R, p) weights there.
    trace : scalars on a denser grid.
    events : first times, exact (descent) or located to the method's order (flow).
    """

    depth: float
    alpha: float
    one_sided: bool
    t: Clock
    w: Matrix
    trace: Trace
    events: Events

    @property
    def time(self) -> Vector:
        """(R,) recorded flow times."""
        return np.asarray(self.t, dtype=np.float64)


@dataclass(frozen=True, eq=False, repr=False)
class DescentPath(Path):
    """A path of gradient descent, whose clock counts iterations.

    Attributes
    ----------
    step_size : η.
    """

    step_size: float

    @property
    def iteration(self) -> NDArray[np.int64]:
        """(R,) recorded iterations."""
        iteration: NDArray[Any] = self.t
        return iteration

    @property
    def time(self) -> Vector:
        """(R,) recorded flow times, iteration × η."""
        return self.t.astype(np.float64) * self.step_size
