"""A gradient flow step by step: step sizes, the clock, and when to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from implicit_sparsity.flow.coordinates import Shape
from implicit_sparsity.flow.dense_output import Solution
from implicit_sparsity.flow.rodas5p import ORDER
from implicit_sparsity.flow.step import Stepper
from implicit_sparsity.problem import Problem, Vector

#: By default a flow ends when the gradient has fallen to this part of its start, ...
CONVERGED = 1e-2
#: ... or after this multiple of the time in which the first coordinate escapes.
PATIENCE = 1e4
#: Steps of a run and rejections of a step, at most.
STEPS, REJECTIONS = 100_000, 60
#: Controller: aim below the tolerance, shrink by no more than this, and leap when the error is
#: nothing: by the first factor after a rejection, then by its square, and so on up to the second.
SAFETY, SHRINK, NOTHING, LEAPS = 0.9, 0.05, 1e-7, (1e2, 1e8)


class StepError(ArithmeticError):
    """A step of the flow cannot be taken."""


def integrate(
    problem: Problem,
    shape: Shape,
    t_max: float | None,
    rtol: float,
    until: Callable[[float, Vector], bool] | None = None,
) -> Solution:
    """Step from 0 to ``t_max``, until the flow comes to rest, or ``until(t, w)`` after a step."""
    pieces = []
    for piece in march(problem, shape, t_max, rtol):
        pieces.append(piece)
        if until is not None and until(float(piece.nodes[-1]), piece.w[-1]):
            break
    nodes = np.array([0.0] + [piece.nodes[-1] for piece in pieces])
    weights = [pieces[0].w[0]] + [piece.w[-1] for piece in pieces]
    segments = [piece.segments[0] for piece in pieces]
    return Solution(shape, pieces[0].X, problem.n, nodes, weights, segments)


def march(problem: Problem, shape: Shape, t_max: float | None, rtol: float) -> Iterator[Solution]:
    """The steps of a flow, one at a time, each as the dense output of that step alone."""
    X, y = problem.X, problem.y
    if problem.n > problem.p:
        # The part of y that no weights can fit does not move them.
        Q, X = np.linalg.qr(X)
        y = Q.T @ y
    stepper = Stepper(shape, X, y, problem.n, rtol)
    rest = CONVERGED * float(np.abs(stepper.gradient).max())
    end = PATIENCE * _first_escape(stepper) if t_max is None else t_max
    pace = Pace(stepper)
    clock, carry, count, done = 0.0, 0.0, 0, False
    weights = stepper.state.w.copy()
    while not done:
        h = min(pace.h, stepper.limit)
        left = (end - clock) - carry
        done = h >= left
        h = left if done else h
        error = stepper.attempt(h)
        if not pace.accepts(h, error):
            done = False
            continue
        segment, before, last = stepper.segment, clock, weights
        stepper.accept()
        clock, carry = (end, 0.0) if done else _add(clock, carry, h)
        weights = stepper.state.w.copy()
        yield Solution(shape, X, problem.n, np.array([before, clock]), [last, weights], [segment])
        count += 1
        if t_max is None and stepper.drive <= rest:
            done = True
        if count == STEPS and not done:
            raise StepError(
                f"The flow needs more than {STEPS} steps: it is at {clock:g} of {end:g}; "
                "lower t_max or raise rtol."
            )


class Pace:
    """Step sizes: the predictive controller of Gustafsson (1994), as in Hairer & Wanner, IV.8."""

    def __init__(self, stepper: Stepper) -> None:
        fastest = float((stepper.state.mobility * stepper.curvature).max())
        self.h = min(0.5 * stepper.limit, 0.1 / fastest)
        self.rejections, self.leap = 0, LEAPS[1]
        self.previous: tuple[float, float] | None = None

    def accepts(self, h: float, error: float) -> bool:
        """Whether to take a step with this error, and choose the next one."""
        ideal = SAFETY * max(error, 1e-30) ** (-1 / ORDER)
        if error > 1.0:
            self.rejections += 1
            self.leap = LEAPS[0]
            self.h = h * min(max(ideal, SHRINK), 0.8)
            if self.rejections > REJECTIONS:
                raise StepError(
                    f"A step of the flow cannot be taken, not even of length {h:.3g}; "
                    "raise rtol, or rescale the problem's X and y."
                )
            return False
        if error < NOTHING:
            ideal = self.leap
            self.leap = min(self.leap**2, LEAPS[1])
        elif self.previous is not None:
            before, then = self.previous
            ideal *= min(2.0, h / before * (then / error) ** (1 / ORDER))
        if self.rejections:
            ideal = min(ideal, 1.0)
        self.h = h * max(ideal, SHRINK)
        self.previous = h, max(error, 1e-4)
        self.rejections = 0
        return True


def _first_escape(stepper: Stepper) -> float:
    """Time in which the steepest coordinate would reach its height at its present gradient."""
    shape, state = stepper.shape, stepper.state
    steepness = np.abs(stepper.gradient)
    if not steepness.any():
        return 1.0
    growth = np.log(np.maximum(steepness / stepper.curvature / state.powers.sum(axis=0), np.e))
    growth *= shape.excess / shape.depth if shape.excess > 0 else 1 / shape.depth
    room = -np.expm1(-growth) / shape.excess if shape.excess > 0 else growth
    speed = steepness * state.rates[0]
    return float((room[speed > 0] / speed[speed > 0]).min())


def _add(clock: float, carry: float, h: float) -> tuple[float, float]:
    """Clock after a step h, with what it cannot hold: steps may be too short for it."""
    total = clock + h
    carry += h - (total - clock) if clock >= h else clock - (total - h)
    rounded = total + carry
    return rounded, carry - (rounded - total)
