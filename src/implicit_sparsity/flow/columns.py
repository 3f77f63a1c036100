"""Which columns a step treats implicitly, and what the others do to the residual meanwhile.

A column is **active** where its part in the matrix of the stages, γ h (2/n) D ‖X_i‖², is notable.
The others are moved by a gradient that hardly changes within the step: q = g t. So their part in
the residual is known beforehand, as a function of time. It is taken as quadratic, right in its
slope at the start and in its value at the end. What this misses is of second order in their part;
it is found when the step is done, and the next step makes up for it. (What rounding does to an
active column is found alike, but there is nothing to make up for.)
"""

from __future__ import annotations

from math import exp, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.changes import gather, weight_changes
from implicit_sparsity.flow.coordinates import BalanceState, Network
from implicit_sparsity.flow.linear_algebra import add, add_products
from implicit_sparsity.flow.rodas5p import GAMMA
from implicit_sparsity.flow.step_bounds import (
    MIN_DISTANCE,
    Attempt,
    QuadraticLoss,
    StepStart,
    terminal_mobility,
)
from implicit_sparsity.problem import Matrix, Vector

#: Columns are active whose part in the matrix is above the lesser of ACTIVE × tolerance and
#: MAX_PART, over p; what a column does to itself while it escapes counts OWN times.
ACTIVE, MAX_PART, OWN = 1e3, 0.1, 30.0
#: Changes of the residual below NEGLIGIBLE × tolerance × scale / p are put off; or yet smaller ones
#: where a small error of the gradient is a larger one of the weights.
NEGLIGIBLE = 1e-2
#: Relaxation times that a step may be of a column, at most. One that relaxes faster follows the
#: others, and is slowed down to this: it then lags by one part in so many of what it moves.
MAX_STIFFNESS = 1e10


class Choice(NamedTuple):
    """The a active columns of a step h.

    Attributes
    ----------
    columns : array, shape (a,)
        The columns.
    root : array, shape (a,)
        √(γ h (2/n) D c) of these, where c ≤ 1 is by how much a column is slowed down.
    reach : array, shape (a,)
        c (2/n) / root.
    given : array, shape (3, n)
        What the others add to the residual X · fitted − y, d₀ + d₁ θ + d₂ θ² at the fraction θ of
        the step.
    rounding : array, shape (n,)
        What rounding of the active ones adds to it.
    """

    columns: NDArray[np.intp]
    root: Vector
    reach: Vector
    given: Matrix
    rounding: Vector


@compiled(reassociate=True)
def parts(
    network: Network,
    state: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    step: Attempt,
    enough: float,
) -> Vector:
    """The largest parts of the columns in the matrix of a step, at any time of it.

    What is more than ``enough`` already is left at that.
    """
    m, h = network.m, step.h
    part = np.empty(state.w.size)
    for j in range(part.size):
        part[j] = h * GAMMA * loss.curvature[j] * state.mobility[j]
    for j in range(part.size):
        x = h * start.growth[j]
        if x > 0.0 and part[j] <= enough:
            # What its own growth does to its gradient shifts its escape ...
            urge = OWN * h * abs(start.gradient[j]) * loss.norms[j] / step.scale
            if urge * step.steepest * start.goal[j] > 1.0:
                part[j] *= max(1.0, urge * terminal_mobility(network, start.goal[j]))
            # ... and its mobility, which goes like u^{2N−2}, grows on the way.
            if m * x > 0.01:
                part[j] *= max(1.0 - m * x, MIN_DISTANCE) ** (-2.0 - 2.0 / m)
            elif x > 0.01:
                part[j] *= exp(2.0 * x)
    return part


@compiled(reassociate=True)
def active_columns(
    network: Network,
    state: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    step: Attempt,
    fitted: Vector,
) -> Choice:
    """The active columns and what the others do; fills in ``fitted``, the weights after that."""
    rows, h = loss.rows, step.h
    p, n = rows.shape
    threshold = min(ACTIVE * step.rtol, MAX_PART) / p
    negligible = NEGLIGIBLE * step.rtol * step.scale / p / max(1.0, h * step.haste)
    columns, others, a, b = np.empty(p, np.intp), np.empty(p, np.intp), 0, 0
    part = parts(network, state, loss, start, step, threshold)
    for j in range(p):
        fitted[j] = start.fitted[j]
        behind = abs(state.w[j] - fitted[j]) * loss.norms[j]
        if part[j] > threshold:
            columns[a] = j
            a += 1
        elif (
            behind > negligible
            or part[j] * abs(start.gradient[j]) * loss.norms[j]
            > negligible * GAMMA * loss.curvature[j]
        ):
            others[b] = j
            b += 1
    given, rounding = np.zeros((3, n)), np.zeros(n)
    add_in_time(network, state, loss, start, h, others[:b], fitted, given)
    root, reach = np.empty(a), np.empty(a)
    for i in range(a):
        j = columns[i]
        behind = state.w[j] - fitted[j]
        if abs(behind) * loss.norms[j] > negligible:
            fitted[j] = state.w[j]
            add(rounding, rows[j], behind)
        stiffness = h * GAMMA * state.mobility[j] * loss.curvature[j]
        slowed = MAX_STIFFNESS / stiffness if stiffness > MAX_STIFFNESS else 1.0
        root[i] = sqrt(slowed * (h * GAMMA * loss.slope * state.mobility[j]))
        reach[i] = slowed * loss.slope / root[i]
    return Choice(columns[:a].copy(), root, reach, given, rounding)


@compiled(reassociate=True)
def add_in_time(
    network: Network,
    state: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    h: float,
    others: NDArray[np.intp],
    fitted: Vector,
    given: Matrix,
) -> None:
    """Add what the other columns do to d₀, d₁ and d₂, and to the fitted weights."""
    b = others.size
    ahead, change, parts = np.empty(b), np.empty(b), np.empty((3, b))
    for i in range(b):
        ahead[i] = h * start.gradient[others[i]]
    rates, powers = gather(state, others)
    weight_changes(network, rates, powers, ahead, change)
    for i in range(b):
        j = others[i]
        parts[0, i], parts[1, i] = state.w[j] - fitted[j], -state.mobility[j] * ahead[i]
        parts[2, i] = change[i] - parts[1, i]
        fitted[j] += parts[0, i] + parts[1, i] + parts[2, i]
    add_products(given, parts, loss.rows, others)
