"""A gradient flow from its start to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.dense_output import DenseOutput
from implicit_sparsity.flow.points import Flow, views
from implicit_sparsity.flow.step_bounds import QuadraticLoss, step_bounds
from implicit_sparsity.flow.step_control import MAX_REJECTIONS, Control, StepError
from implicit_sparsity.flow.steps import Standing, Steps, take_steps
from implicit_sparsity.problem import Problem, Vector

#: By default a flow ends when the gradient has fallen to this part of its start, ...
STATIONARY = 1e-2
#: ... or after this multiple of the time in which the first coordinate escapes.
MAX_ESCAPE_TIMES = 1e4
#: Steps of a flow, at most.
MAX_STEPS = 100_000
#: Steps at a time and weights of them, at most, at first or where each step may be the last: then
#: those after it are for nothing. Otherwise as many again as there are.
AT_A_TIME, MAX_NUMBERS = 32, 2**14


def integrate(
    problem: Problem,
    network: Network,
    t_max: float | None,
    rtol: float,
    until: Callable[[float, Vector], bool] | None = None,
) -> DenseOutput:
    """Step from 0 to ``t_max``, until the flow comes to rest, or ``until(t, w)`` after a step.

    Parameters
    ----------
    problem, network, t_max, rtol
        See `accepted_steps`.
    until : callable, optional
        Called with the flow time and the weights after every step; ends the flow by True.

    Returns
    -------
    DenseOutput
        All steps.
    """
    loss, y = _data(problem)
    parts = []
    for part in _parts(Flow.at_start(network, loss, y, rtol), t_max, until is None):
        ends = (
            i
            for i in range(part.h.size)
            if until is not None and until(float(part.nodes[i + 1]), part.w[i + 1])
        )
        last = next(ends, None)
        parts.append(part if last is None else part.part(0, last + 1))
        if last is not None:
            break
    return DenseOutput(network, loss, Steps.joined(parts))


def accepted_steps(
    problem: Problem, network: Network, t_max: float | None, rtol: float
) -> Iterator[DenseOutput]:
    """The steps of a flow, one at a time, each as the dense output of that step alone.

    Parameters
    ----------
    problem : Problem
        The data.
    network : Network
        Depth, start and sides.
    t_max : float or None
        Flow time to stop at; None for the default end of `gradient_flow`.
    rtol : float
        Tolerance.

    Yields
    ------
    DenseOutput
        With two nodes.

    Raises
    ------
    StepError
        If a step cannot be taken, or there are too many.
    """
    loss, y = _data(problem)
    for part in _parts(Flow.at_start(network, loss, y, rtol), t_max, False):
        for i in range(part.h.size):
            yield DenseOutput(network, loss, part.part(i, i + 1))


def _data(problem: Problem) -> tuple[QuadraticLoss, Vector]:
    """The loss, and the response."""
    X, y = problem.X, problem.y
    if problem.n > problem.p:
        # The part of y that no weights can fit does not move them.
        Q, X = np.linalg.qr(X)
        y = Q.T @ y
    return QuadraticLoss.of(X, problem.n), y


def _parts(flow: Flow, t_max: float | None, whole: bool) -> Iterator[Steps]:
    """The steps of a flow, several at a time; more and more if the ``whole`` of it is wanted."""
    network, loss = flow.network, flow.loss
    state, start = views(flow, 0)
    bounds = step_bounds(network, state, loss, start, flow.rtol)
    control = Control.first(float((state.mobility * loss.curvature).max()), bounds.max_step)
    standing, count = Standing(0, 0.0, 0.0, 0.0, bounds, control, False), 0
    rest = STATIONARY * float(np.abs(start.gradient).max()) if t_max is None else -1.0
    end = MAX_ESCAPE_TIMES * _first_escape(flow) if t_max is None else t_max
    p, n = loss.rows.shape
    while not standing.done:
        if count == MAX_STEPS:
            raise StepError(
                f"The flow needs more than {MAX_STEPS} steps: it is at {standing.clock:g} of "
                f"{end:g}; lower t_max or raise rtol."
            )
        most = min(AT_A_TIME, max(MAX_NUMBERS // p, 1))
        most = min(max(most, count) if whole else most, MAX_STEPS - count)
        steps = Steps.room(most, n, p)
        standing, taken = take_steps(flow, end, rest, standing, steps)
        if taken:
            yield steps.part(0, taken)
        if standing.control.rejections > MAX_REJECTIONS:
            raise StepError(
                f"A step of the flow cannot be taken, not even of length {standing.control.h:.3g}; "
                "raise rtol, or rescale the problem's X and y."
            )
        count += taken


def _first_escape(flow: Flow) -> float:
    """Time in which the steepest coordinate would reach its minimum at its present gradient."""
    network, (state, start) = flow.network, views(flow, 0)
    steepness = np.abs(start.gradient)
    if not steepness.any():
        return 1.0
    ahead = steepness / flow.loss.curvature
    growth = np.log(np.maximum(ahead / state.powers.sum(axis=0), np.e))
    growth *= network.m / network.depth if network.m > 0 else 1 / network.depth
    distance = -np.expm1(-growth) / network.m if network.m > 0 else growth
    speed = steepness * state.rates[0]
    return float((distance[speed > 0] / speed[speed > 0]).min())
