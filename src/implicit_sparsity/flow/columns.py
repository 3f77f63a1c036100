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

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.changes import gather, weight_changes
from implicit_sparsity.flow.coordinates import BalanceState, Network
from implicit_sparsity.flow.rodas5p import GAMMA
from implicit_sparsity.flow.step_bounds import MIN_DISTANCE, QuadraticLoss, StepStart
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


@compiled(reassociate=True)
def parts(
    network: Network,
    state: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    h: float,
    scale: float,
) -> Vector:
    """The largest parts of the columns in the matrix of a step h, at any time of it."""
    part, m = h * GAMMA * loss.curvature * state.mobility, network.m
    for j in range(part.size):
        # What its own growth does to its gradient shifts its escape ...
        ahead = abs(start.gradient[j]) * start.terminal_mobility[j] * loss.norms[j]
        if start.growth[j] > 0.0:
            part[j] *= max(1.0, OWN * h * ahead / scale)
    for j in range(part.size):
        # ... and its mobility, which goes like u^{2N−2}, grows on the way.
        x = h * start.growth[j]
        if m * x > 0.01:
            part[j] *= max(1.0 - m * x, MIN_DISTANCE) ** (-2.0 - 2.0 / m)
        elif x > 0.0:
            part[j] *= exp(2.0 * x)
    return part


@compiled(reassociate=True)
def active_columns(
    network: Network,
    state: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    h: float,
    scale: float,
    haste: float,
    rtol: float,
    fitted: Vector,
) -> tuple[NDArray[np.intp], Vector, Vector, Matrix]:
    """The a active columns of a step h, their roots √(γ h (2/n) D c) and c (2/n) over these.

    Here c ≤ 1 is by how much a column is slowed down. Then, shape (4, n), what the others add to
    the residual X · fitted − y, d₀ + d₁ θ + d₂ θ² at the fraction θ of the step, and what rounding
    adds to it. Fills in ``fitted``, the weights that this makes of those before.
    """
    rows = loss.rows
    p, n = rows.shape
    threshold = min(ACTIVE * rtol, MAX_PART) / p
    negligible = NEGLIGIBLE * rtol * scale / p / max(1.0, h * haste)
    columns, others, a, b = np.empty(p, np.intp), np.empty(p, np.intp), 0, 0
    part = parts(network, state, loss, start, h, scale)
    for j in range(p):
        moved = part[j] * abs(start.gradient[j]) * loss.norms[j] / (GAMMA * loss.curvature[j])
        if part[j] > threshold:
            columns[a] = j
            a += 1
        elif moved > negligible or abs(state.w[j] - start.fitted[j]) * loss.norms[j] > negligible:
            others[b] = j
            b += 1
    drive, change = np.zeros((4, n)), np.empty((3, b))
    ahead = np.empty(b)
    for i in range(b):
        j = others[i]
        ahead[i] = h * start.gradient[j]
        change[0, i] = state.w[j] - start.fitted[j]
        change[1, i] = -state.mobility[j] * ahead[i]
    rates, powers, moved = gather(state, others[:b])
    weight_changes(network, rates, powers, ahead, moved)
    for i in range(b):
        change[2, i] = moved[0, i] - change[1, i]
    fitted[:] = start.fitted
    for i in range(b):
        j = others[i]
        fitted[j] = start.fitted[j] + (change[0, i] + change[1, i] + change[2, i])
        for k in range(n):
            drive[0, k] += change[0, i] * rows[j, k]
            drive[1, k] += change[1, i] * rows[j, k]
            drive[2, k] += change[2, i] * rows[j, k]
    for i in range(a):
        j = columns[i]
        behind = state.w[j] - start.fitted[j]
        if abs(behind) * loss.norms[j] > negligible:
            fitted[j] = state.w[j]
            for k in range(n):
                drive[3, k] += behind * rows[j, k]
    root, reach = np.empty(a), np.empty(a)
    for i in range(a):
        j = columns[i]
        stiffness = h * GAMMA * state.mobility[j] * loss.curvature[j]
        slowed = MAX_STIFFNESS / stiffness if stiffness > MAX_STIFFNESS else 1.0
        root[i] = sqrt(slowed * (h * GAMMA * loss.slope * state.mobility[j]))
        reach[i] = slowed * loss.slope / root[i]
    return columns[:a].copy(), root, reach, drive
