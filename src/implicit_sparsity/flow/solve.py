"""Gradient flow of a depth-N diagonal linear network, at a cost that hardly depends on α.

The flow is the limit of gradient descent for small steps. `gradient_flow` integrates it with the
linearly implicit method `rodas5p` (order 5 with an embedded order 4, dense output of order 4,
L-stable), in the `coordinates` of the balance variable. Explicit methods are of no use: once the
signal has converged they are bound to the steps of gradient descent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from implicit_sparsity.checks import flag, instance, optional_function, positive, within
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.dense_output import DenseOutput
from implicit_sparsity.flow.integrate import integrate
from implicit_sparsity.flow.recorder import FlowRecorder
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.trajectory import Trajectory

#: Decades of double precision that time scales and powers of α may take up.
MAX_DECADES = 250


@dataclass(frozen=True, eq=False, repr=False)
class FlowTrajectory(Trajectory):
    """A trajectory of gradient flow, whose clock is flow time.

    Attributes
    ----------
    solution : DenseOutput
        The flow between its steps, which `at` evaluates.

    Examples
    --------
    >>> from implicit_sparsity import Problem, gradient_flow
    >>> problem = Problem([[1.0, 0.5], [0.5, 1.0]], y=[1.0, 0.5])
    >>> path = gradient_flow(problem, depth=2, alpha=0.1, t_max=5.0)
    >>> path.steps
    12
    >>> path.at([1.0, 5.0]).round(3)
    array([[0.493, 0.196],
           [0.916, 0.101]])
    """

    solution: DenseOutput = field(repr=False)

    dense_output: ClassVar[bool] = True

    @property
    def steps(self) -> int:
        """Number of accepted steps."""
        return int(self.solution.h.size)

    def steps_until(self, time: float) -> int:
        """Number of accepted steps up to a flow time.

        Parameters
        ----------
        time : float
            The flow time.

        Returns
        -------
        int
            The number.
        """
        return int(np.searchsorted(self.solution.nodes, time))

    def at(self, times: ArrayLike) -> Matrix:
        """Weights at flow times, as `Trajectory.at`, but by dense output of order 4."""
        return self.solution.at(self._within(times))


def gradient_flow(
    problem: Problem,
    depth: float,
    alpha: float,
    t_max: float | None = None,
    record_at: Iterable[float] | None = None,
    rtol: float = 1e-4,
    one_sided: bool = False,
    *,
    tolerance: float = 0.1,
    bound: float | None = None,
    until: Callable[[float, Vector], bool] | None = None,
) -> FlowTrajectory:
    """Follow the gradient flow of (1/n)‖X(u^N − v^N) − y‖² in u and v from u = v = α.

    It solves u' = −N u^{N−1} ⊙ ∇L(w), v' = +N v^{N−1} ⊙ ∇L(w) with w = u^N − v^N and
    ∇L(w) = (2/n) Xᵀ(Xw − y).

    Parameters
    ----------
    problem : Problem
        Data with n samples and p coordinates.
    depth : float
        N ≥ 2, any real number.
    alpha : float
        Start α > 0.
    t_max : float, optional
        Flow time to stop at. By default the last of ``record_at``; without, the flow stops when
        the data are interpolated (or fitted as far as the network can), that is when the gradient
        is down to 1e-2 of its start, or at 1e4 times the escape time of the first coordinate.
    record_at : iterable of float, optional
        Flow times, increasing within [0, t_max], whose weights are kept; 0 and the last are added.
        By default the ends of all steps.
    rtol : float, optional
        Tolerance, from 1e-10 to 0.1. The error of w at any time, in the maximum norm and relative
        to the largest weight (both weighted by the norms of the columns of X), is of this order,
        whether coordinates rest or escape. Only where an escape is shorter than some 1e-12 of the
        time before it (α^{N−2} < 1e-10 or so), w may be shifted in time by as much.
    one_sided : bool, optional
        Train w = u^N.
    tolerance : float, optional
        Level of ``events.support_reached``.
    bound : float, optional
        Level of ``events.off_support_exceeded``; α^{N/4} by default.
    until : callable, optional
        Called after every step with its flow time and the weights there, (p,); the flow stops
        early once this returns True.

    Returns
    -------
    FlowTrajectory
        Weights, traces at no fewer than 300 times, events located on the dense output, and the
        dense output itself.

    Raises
    ------
    TypeError
        If problem, one_sided or until is of another kind.
    ValueError
        If a number is not one, or out of its range.
    StepError
        If a step cannot be taken, or there are too many: exactly repeated columns of X at a tiny
        start are such a case, since rounding alone decides between them.

    Examples
    --------
    The window in which to stop, at a start from which descent would take millions of iterations.

    >>> import numpy as np
    >>> from implicit_sparsity import Problem, gradient_flow
    >>> rng = np.random.default_rng(0)
    >>> X, w_star = rng.choice([-1.0, 1.0], (100, 200)), 1.0 * (np.arange(200) < 5)
    >>> problem = Problem(X, X @ w_star + 0.5 * rng.standard_normal(100), w_star)
    >>> path = gradient_flow(problem, depth=4, alpha=0.005)
    >>> events = path.events
    >>> round(events.support_reached), round(events.off_support_exceeded)
    (3436, 15725)
    >>> path.at(events.support_reached)[0, :6].round(2)
    array([ 0.91,  0.94,  1.04,  1.  ,  0.9 , -0.  ])
    """
    instance("problem", problem, Problem, "build one from X and y")
    one_sided = flag("one_sided", one_sided)
    network = _network(within("depth", depth, 2.0), positive("alpha", alpha), one_sided)
    rtol = within("rtol", rtol, 1e-10, 0.1)
    tolerance = positive("tolerance", tolerance)
    bound = alpha ** (depth / 4) if bound is None else positive("bound", bound)
    optional_function("until", until)
    t_max, records = _record_times(t_max, record_at)
    solution = integrate(problem, network, t_max, rtol, until)
    recorder = FlowRecorder(problem, solution)
    nodes = solution.nodes
    if records is None:
        index = np.flatnonzero(np.append(np.diff(nodes) > 0, True))
        t, w = nodes[index], solution.w[index]
    else:
        t = np.unique(np.concatenate([[0.0], records[records <= nodes[-1]], nodes[-1:]]))
        w = solution.at(t)
    return FlowTrajectory(
        depth=network.depth,
        alpha=network.alpha,
        one_sided=one_sided,
        t=t,
        w=w,
        trace=recorder.trace(),
        events=recorder.events(tolerance, bound),
        solution=solution,
    )


def _network(depth: float, alpha: float, one_sided: bool) -> Network:
    if max(depth, 2 * depth - 2) * abs(np.log10(alpha)) > MAX_DECADES:
        raise ValueError(
            f"alpha = {alpha:g} at depth {depth:g} leaves the range of double precision; "
            "bring alpha nearer to 1 or lower depth."
        )
    return Network.of(depth, alpha, one_sided)


def _record_times(
    t_max: float | None, record_at: Iterable[float] | None
) -> tuple[float | None, Vector | None]:
    """The end, where it is given, and the times to record."""
    if t_max is not None:
        t_max = positive("t_max", t_max)
    if record_at is None:
        return t_max, None
    records = np.array([within("record_at", t, 0.0) for t in record_at])
    if (np.diff(records) <= 0).any():
        raise ValueError("record_at must be strictly increasing; sort it and drop repeats.")
    if t_max is None and records.size and records[-1] > 0:
        t_max = float(records[-1])
    if t_max is not None and records.size and records[-1] > t_max:
        raise ValueError(
            f"record_at must lie within [0, {t_max:g}]; drop what is later or raise t_max."
        )
    return t_max, records
