"""What a run returns: recorded weights, scalars along the way, and exact events.

Every trajectory has a clock ``t``. It counts iterations for gradient descent and flow time for
gradient flow; ``time`` is flow time for both (iteration × step size), so that they share one axis.
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
    """Scalars along a trajectory, on a grid dense enough to draw.

    Attributes
    ----------
    t : array, shape (T,)
        The trajectory's clock, increasing, from 0 to the last.
    loss : array, shape (T,)
        Training loss (1/n)‖Xw − y‖².
    error : array, shape (T,)
        Squared error ‖w − w*‖²; NaN where w* is not known.
    on_support : array, shape (T,)
        Maximum over the support of |w − w*|; NaN where w* is not known.
    off_support : array, shape (T,)
        Maximum off the support of |w|; NaN where w* is not known.

    Examples
    --------
    >>> from implicit_sparsity import Problem, gradient_flow
    >>> problem = Problem([[1.0, 0.0], [0.0, 1.0]], y=[1.0, 0.0], w_star=[1.0, 0.0])
    >>> trace = gradient_flow(problem, depth=3, alpha=0.1, t_max=20.0).trace
    >>> trace.t[[0, -1]]
    array([ 0., 20.])
    >>> trace.loss[[0, -1]].round(3)
    array([0.5, 0. ])
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
    support_reached : float or None
        First t with max over the support of |w − w*| < tolerance.
    off_support_exceeded : float or None
        First t with ‖w off the support‖_∞ > bound.
    best_error : float or None
        Smallest squared error ‖w − w*‖² on the trajectory; None where w* is not known.
    best_t : float or None
        The first t at which it is attained; None where w* is not known.
    tolerance, bound : float
        The two levels above.

    Examples
    --------
    >>> from implicit_sparsity import Problem, gradient_descent
    >>> problem = Problem([[1.0, 0.0], [0.0, 1.0]], y=[1.0, 0.2], w_star=[1.0, 0.0])
    >>> path = gradient_descent(problem, 3, 0.1, step_size=0.01, iterations=10_000, bound=0.1)
    >>> path.events.support_reached, path.events.best_t, path.events.off_support_exceeded
    (334, 395, 1419)
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
    depth : float
        N ≥ 2.
    alpha : float
        Start, u₀ = v₀ = α (v₀ = 0 for a one-sided network).
    one_sided : bool
        Whether the network is w = u^N rather than u^N − v^N.
    t : array, shape (R,)
        Recorded points of the clock, increasing, with 0 and the last.
    w : array, shape (R, p)
        Weights there.
    trace : Trace
        Scalars on a denser grid.
    events : Events
        First times, exact (descent) or located to the method's order (flow).
    dense_output : bool
        Whether `at` is exact to the method's order between recorded times too.

    Examples
    --------
    Stopping rules and figures take a trajectory of either engine.

    >>> from implicit_sparsity import Problem, Trajectory, gradient_descent, gradient_flow
    >>> problem = Problem([[1.0, 0.5], [0.5, 1.0]], y=[1.0, 0.5])
    >>> flow = gradient_flow(problem, depth=2, alpha=0.1, t_max=5.0)
    >>> descent = gradient_descent(problem, depth=2, alpha=0.1, step_size=1e-3, iterations=5000)
    >>> isinstance(flow, Trajectory) and isinstance(descent, Trajectory)
    True
    >>> abs(flow.at([1.0, 2.0]) - descent.at([1.0, 2.0])).max() < 0.01
    np.True_
    """

    depth: float
    alpha: float
    one_sided: bool
    t: Clock
    w: Matrix
    trace: Trace
    events: Events

    dense_output: ClassVar[bool] = False

    @property
    def time(self) -> Vector:
        """Recorded flow times, shape (R,)."""
        return np.asarray(self.t, dtype=np.float64)

    def at(self, times: ArrayLike) -> Matrix:
        """Weights at flow times, linearly between recorded ones.

        Parameters
        ----------
        times : array_like, shape (M,)
            Flow times on the trajectory; one number stands for M = 1.

        Returns
        -------
        array, shape (M, p)
            The weights.

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
    """A trajectory of gradient descent, whose clock counts iterations.

    Attributes
    ----------
    step_size : float
        η.

    Examples
    --------
    >>> from implicit_sparsity import Problem, gradient_descent
    >>> problem = Problem([[1.0, 0.5], [0.5, 1.0]], y=[1.0, 0.5])
    >>> path = gradient_descent(problem, 2, 0.1, step_size=0.01, iterations=500, record_at=[100])
    >>> path.iteration
    array([  0, 100, 500])
    >>> path.time
    array([0., 1., 5.])
    """

    step_size: float

    @property
    def iteration(self) -> NDArray[np.int64]:
        """Recorded iterations, shape (R,)."""
        iteration: NDArray[Any] = self.t
        return iteration

    @property
    def time(self) -> Vector:
        """Recorded flow times, iteration × η, shape (R,)."""
        return self.t.astype(np.float64) * self.step_size
