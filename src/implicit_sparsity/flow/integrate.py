"""A gradient flow step by step: its clock, and when it stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.dense_output import DenseOutput
from implicit_sparsity.flow.step import Stepper
from implicit_sparsity.flow.step_control import PredictiveController, StepError
from implicit_sparsity.problem import Problem, Vector

#: By default a flow ends when the gradient has fallen to this part of its start, ...
STATIONARY = 1e-2
#: ... or after this multiple of the time in which the first coordinate escapes.
MAX_ESCAPE_TIMES = 1e4
#: Steps of a flow, at most.
MAX_STEPS = 100_000


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
    steps = []
    for step in accepted_steps(problem, network, t_max, rtol):
        steps.append(step)
        if until is not None and until(float(step.nodes[-1]), step.w[-1]):
            break
    nodes = np.array([0.0] + [step.nodes[-1] for step in steps])
    weights = [steps[0].w[0]] + [step.w[-1] for step in steps]
    segments = [step.segments[0] for step in steps]
    return DenseOutput(network, steps[0].X, problem.n, nodes, weights, segments)


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
        With two nodes and one segment.

    Raises
    ------
    StepError
        If a step cannot be taken, or there are too many.
    """
    X, y = problem.X, problem.y
    if problem.n > problem.p:
        # The part of y that no weights can fit does not move them.
        Q, X = np.linalg.qr(X)
        y = Q.T @ y
    stepper = Stepper(network, X, y, problem.n, rtol)
    rest = STATIONARY * float(np.abs(stepper.start.gradient).max())
    end = MAX_ESCAPE_TIMES * _first_escape(stepper) if t_max is None else t_max
    controller = PredictiveController(stepper)
    clock, carry, count, done = 0.0, 0.0, 0, False
    weights = stepper.state.w.copy()
    while not done:
        h = min(controller.h, stepper.bounds.max_step)
        left = (end - clock) - carry
        done = h >= left
        h = left if done else h
        error = stepper.attempt(h)
        if not controller.accepts(h, error):
            done = False
            continue
        segment, before, last = stepper.segment, clock, weights
        stepper.accept()
        clock, carry = (end, 0.0) if done else _add(clock, carry, h)
        weights = stepper.state.w.copy()
        nodes = np.array([before, clock])
        yield DenseOutput(network, X, problem.n, nodes, [last, weights], [segment])
        count += 1
        if t_max is None and stepper.bounds.stationarity <= rest:
            done = True
        if count == MAX_STEPS and not done:
            raise StepError(
                f"The flow needs more than {MAX_STEPS} steps: it is at {clock:g} of {end:g}; "
                "lower t_max or raise rtol."
            )


def _first_escape(stepper: Stepper) -> float:
    """Time in which the steepest coordinate would reach its minimum at its present gradient."""
    network, state = stepper.network, stepper.state
    steepness = np.abs(stepper.start.gradient)
    if not steepness.any():
        return 1.0
    ahead = steepness / stepper.loss.curvature
    growth = np.log(np.maximum(ahead / state.powers.sum(axis=0), np.e))
    growth *= network.m / network.depth if network.m > 0 else 1 / network.depth
    distance = -np.expm1(-growth) / network.m if network.m > 0 else growth
    speed = steepness * state.rates[0]
    return float((distance[speed > 0] / speed[speed > 0]).min())


def _add(clock: float, carry: float, h: float) -> tuple[float, float]:
    """Compensated sum: the clock after a step h, and what it cannot hold of very short steps."""
    total = clock + h
    carry += h - (total - clock) if clock >= h else clock - (total - h)
    rounded = total + carry
    return rounded, carry - (rounded - total)
