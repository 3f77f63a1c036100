"""Steps of a gradient flow, many in one compiled call."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.advance import attempt
from implicit_sparsity.flow.linear_algebra import copy
from implicit_sparsity.flow.points import Flow, views
from implicit_sparsity.flow.step_bounds import Attempt, StepBounds
from implicit_sparsity.flow.step_control import MAX_REJECTIONS, Control, add, controlled
from implicit_sparsity.problem import Matrix, Vector


class Standing(NamedTuple):
    """Where a flow stands between two steps.

    Attributes
    ----------
    point : int
        Which of the points of `Flow` it is.
    clock, carry : float
        The flow time, and what the clock cannot hold of it.
    before : float
        The length of the last step.
    bounds : StepBounds
        What the next step has to respect.
    control : Control
        The next step.
    done : bool
        Whether the flow has come to its end.
    """

    point: int
    clock: float
    carry: float
    before: float
    bounds: StepBounds
    control: Control
    done: bool


class Steps(NamedTuple):
    """Accepted steps, or room for S of them.

    ∫g dt at the fraction θ of a step is θ h g + (2/n) Xᵀ(basis(θ) · zeta), on the active columns it
    is basis(θ) · kappa instead.

    Attributes
    ----------
    nodes, w : array, shape (S + 1,) and (S + 1, p)
        Flow times, non-decreasing since a step may be too short for the clock to notice, and the
        weights there.
    h : array, shape (S,)
        Lengths.
    balance, gradient : array, shape (S, p)
        Balance variables and gradients where the steps start.
    zeta : array, shape (S, 4, n)
        Coefficients of the basis.
    active : array, shape (S,)
        Numbers of active columns.
    columns : array, shape (A,)
        The active columns of one step after the other, ...
    kappa : array, shape (A, 4)
        ... and their coefficients.
    """

    nodes: Vector
    w: Matrix
    h: Vector
    balance: Matrix
    gradient: Matrix
    zeta: Matrix
    active: NDArray[np.intp]
    columns: NDArray[np.intp]
    kappa: Matrix

    @classmethod
    def room(cls, S: int, n: int, p: int) -> Steps:
        """Room for S steps with any active columns."""
        nodes, w, h = np.empty(S + 1), np.empty((S + 1, p)), np.empty(S)
        balance, gradient, zeta = np.empty((S, p)), np.empty((S, p)), np.empty((S, 4, n))
        active, columns = np.empty(S, np.intp), np.empty(S * p, np.intp)
        return cls(nodes, w, h, balance, gradient, zeta, active, columns, np.empty((S * p, 4)))

    def part(self, first: int, last: int) -> Steps:
        """Some of the steps, which share their memory."""
        begin, end = (int(self.active[:step].sum()) for step in (first, last))
        one, many, active = slice(first, last), slice(first, last + 1), slice(begin, end)
        parts = [many] * 2 + [one] * 5 + [active] * 2
        return Steps._make(field[part] for field, part in zip(self, parts, strict=True))

    @classmethod
    def joined(cls, parts: list[Steps]) -> Steps:
        """Parts of one flow as a whole; empties the list, to hold no more than one field twice."""
        later = [part._replace(nodes=part.nodes[1:], w=part.w[1:]) for part in parts[1:]]
        fields = [list(field) for field in zip(parts[0], *later, strict=True)]
        parts.clear()
        later.clear()
        return cls(*(np.concatenate(fields.pop(0)) for _ in cls._fields))


@compiled()
def take_steps(
    flow: Flow, end: float, rest: float, standing: Standing, steps: Steps
) -> tuple[Standing, int]:
    """Fill in steps, until there is no more room or the flow ends; also returns their number.

    It ends at the flow time ``end``, or when its gradient is down to ``rest``. There are more than
    `MAX_REJECTIONS` rejections where a step cannot be taken.
    """
    point, clock, carry, before, bounds, control, done = standing
    count, filled = 0, 0
    steps.nodes[0] = clock
    copy(steps.w[0], views(flow, point)[0].w)
    while count < steps.h.size and not done and control.rejections <= MAX_REJECTIONS:
        h, left = min(control.h, bounds.max_step), (end - clock) - carry
        last = h >= left
        h = left if last else h
        step = Attempt(h, before, bounds.scale, bounds.haste, bounds.steepest, flow.rtol)
        error, ahead, columns, zeta, kappa = attempt(flow, point, step)
        control = controlled(control, h, error)
        if control.rejections > 0:
            continue
        state, start = views(flow, point)
        steps.h[count], steps.active[count] = h, columns.size
        copy(steps.balance[count], state.balance)
        copy(steps.gradient[count], start.gradient)
        for c in range(4):
            copy(steps.zeta[count, c], zeta[c])
        for i in range(columns.size):
            steps.columns[filled + i] = columns[i]
            for c in range(4):
                steps.kappa[filled + i, c] = kappa[c, i]
        point, bounds, before = 1 - point, ahead, h
        clock, carry = (end, 0.0) if last else add(clock, carry, h)
        done = last or bounds.stationarity <= rest
        count, filled = count + 1, filled + columns.size
        steps.nodes[count] = clock
        copy(steps.w[count], views(flow, point)[0].w)
    return Standing(point, clock, carry, before, bounds, control, done), count
