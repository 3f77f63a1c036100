"""What a run returns: snapshots of the weights, dense scalar traces and exact events.

Every path has a clock ``t``. It counts iterations for gradient descent and flow time for gradient
flow; ``time`` is flow time for both (iteration × step size), so that they share one axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
class Trajectory:
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

    #: Whether `at` is exact to the method's order between recorded times too.
    dense_output: ClassVar[bool] = False

    @property
    def time(self) -> Vector:
        """(R,) recorded flow times."""
        return np.asarray(self.t, dtype=np.float64)

    def at(self, times: ArrayLike) -> Matrix:
        """Weights at flow times, shape (len(times), p), linearly between recorded ones.

        Raises
        ------
        ValueError
            If a time is outside the trajectory.
        """
        when = self._within(times)
        if self.time.size == 1:
            return np.repeat(self.w, when.size, axis=0)
        after = np.clip(np.searchsorted(self.time, when, side="left"), 1, self.time.size - 1)
        start, stop = self.time[after - 1], self.time[after]
        part = ((when - start) / (stop - start))[:, None]
        return np.asarray((1.0 - part) * self.w[after - 1] + part * self.w[after])

    def _within(self, times: ArrayLike) -> Vector:
        """Flow times as an array (M,), if all lie on the trajectory."""
        when, end = np.atleast_1d(np.asarray(times, dtype=np.float64)), float(self.time[-1])
        if when.ndim != 1 or not ((when >= 0) & (when <= end)).all():
            raise ValueError(
                f"times must be numbers within [0, {end:g}]; drop the others or follow it further."
            )
        return when


@dataclass(frozen=True, eq=False, repr=False)
class DescentTrajectory(Trajectory):
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
