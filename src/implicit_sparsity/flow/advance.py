"""One attempt at a step: the columns that move it, its stages, and where it ends."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.changes import gather, move, weight_changes
from implicit_sparsity.flow.columns import active_columns
from implicit_sparsity.flow.coordinates import BalanceState, Network, update
from implicit_sparsity.flow.gram import Gram, stage_matrix
from implicit_sparsity.flow.linear_algebra import add_rows, dot, products
from implicit_sparsity.flow.rodas5p import DENSE, DENSE_IN_TIME, ERROR, STAGES
from implicit_sparsity.flow.stages import StageSystem, solve_stages
from implicit_sparsity.flow.step_bounds import (
    ROUNDING,
    QuadraticLoss,
    StepStart,
    step_bounds,
)
from implicit_sparsity.problem import Matrix, Vector

#: Logarithms of u^N/α^N beyond this count as a blow-up.
MAX_LOG_GROWTH = 600.0
#: What is wanted of the stages: the error estimate, and the coefficients of the dense output, the
#: first of which is the step.
COMBINATIONS = np.vstack([ERROR, DENSE])


@compiled(reassociate=True)
def prepare(
    network: Network,
    state: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    gram: Gram,
    h: float,
    scale: float,
    haste: float,
    rtol: float,
    fitted: Vector,
) -> tuple[NDArray[np.intp], Vector, Vector, Matrix, Matrix]:
    """What `active_columns` returns, and the matrix of the stages unless that is by samples."""
    columns, root, reach, drive = active_columns(
        network, state, loss, start, h, scale, haste, rtol, fitted
    )
    few = columns if columns.size <= start.residual.size else columns[:0]
    return columns, root, reach, drive, stage_matrix(gram, loss.rows, few, root)


@compiled(reassociate=True)
def advance(
    network: Network,
    state: BalanceState,
    trial: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    following: StepStart,
    system: StageSystem,
    drive: Matrix,
    h: float,
    before: float,
    scale: float,
    rtol: float,
    zeta: Matrix,
    kappa: Matrix,
) -> tuple[float, float, float, float, float]:
    """Fill in the state after a step h and the start of the next; returns the error and bounds."""
    force = increments(
        network, state, loss, start, system, drive, h, before, zeta, kappa, following
    )
    if force < 0.0:
        return inf, inf, inf, 0.0, 0.0
    return complete_step(
        network,
        state,
        trial,
        loss,
        start,
        following,
        system.columns,
        zeta,
        kappa,
        h,
        force,
        scale,
        rtol,
    )


@compiled(reassociate=True)
def increments(
    network: Network,
    state: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    system: StageSystem,
    drive: Matrix,
    h: float,
    before: float,
    zeta: Matrix,
    kappa: Matrix,
    following: StepStart,
) -> float:
    """Fill in ζ but for h r, shape (5, n), of the error estimate and of the dense output.

    Also q of the active columns, (2/n) S ζ over their roots, as ``kappa``, shape (5, a), and the
    residual after the step. ``before`` is the length of the last step. Returns the norm of what
    drives the stages, −1 on a blow-up.
    """
    columns, root, rows, n = system.columns, system.root, loss.rows, start.residual.size
    a, given, left = columns.size, np.empty((3, n)), following.residual
    for k in range(n):
        behind = drive[0, k]
        # What the step before missed at its end, it missed in proportion to t² on the way.
        given[0, k] = h * (start.residual[k] + behind + drive[3, k]) + before / 3.0 * behind
        given[1, k] = h * drive[1, k]
        given[2, k] = h * drive[2, k]
        left[k] = start.residual[k] + (behind + drive[3, k] + drive[1, k] + drive[2, k])
    psi, projected, weights = np.empty((STAGES, a)), np.empty((STAGES, a)), np.empty(5)
    if not solve_stages(network, state, system, rows, given, h, loss.slope, psi, projected):
        return -1.0
    force = sqrt(dot(given[0], given[0]))
    for k in range(n):
        given[0, k] -= h * start.residual[k]
    zeta[0] = 0.0
    for c in range(5):
        if c > 0:
            zeta[c] = 0.0
            add_rows(zeta[c], given, DENSE_IN_TIME[c - 1])
        kappa[c] = 0.0
        add_rows(kappa[c], projected, COMBINATIONS[c])
        for i in range(a):
            kappa[c, i] *= system.reach[i]
    rates, powers, moved = gather(state, columns)
    weight_changes(network, rates, powers, kappa[1], moved)
    for i in range(a):
        j = columns[i]
        for c in range(5):
            weights[c] = 0.0
            for stage in range(STAGES):
                weights[c] += root[i] * COMBINATIONS[c, stage] * psi[stage, i]
        change = moved[0, i]
        following.fitted[j] += change
        for k in range(n):
            x = rows[j, k]
            zeta[0, k] += weights[0] * x
            zeta[1, k] += weights[1] * x
            zeta[2, k] += weights[2] * x
            zeta[3, k] += weights[3] * x
            zeta[4, k] += weights[4] * x
            left[k] += change * x
    return force


@compiled(reassociate=True)
def complete_step(
    network: Network,
    state: BalanceState,
    trial: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    following: StepStart,
    columns: NDArray[np.intp],
    zeta: Matrix,
    kappa: Matrix,
    h: float,
    force: float,
    scale: float,
    rtol: float,
) -> tuple[float, float, float, float, float]:
    """Fill in the state after the step and the start of the next; returns the error and bounds."""
    n, p = start.residual.size, state.rho.size
    vectors, q = np.empty((3, n)), np.empty((3, p))
    vectors[0], vectors[1], vectors[2] = zeta[0], zeta[1], following.residual
    products(q, loss.rows, np.arange(p), vectors)
    # A gradient has the rounding of the products that it is summed from, even where they cancel.
    noise = ROUNDING * loss.slope * force
    for j in range(p):
        q[0, j] = max(abs(loss.slope * q[0, j]) - noise * loss.norms[j], 0.0)
        q[1, j] = loss.slope * q[1, j] + h * start.gradient[j]
        following.gradient[j] = loss.slope * q[2, j]
    for i in range(columns.size):
        q[0, columns[i]], q[1, columns[i]] = kappa[0, i], kappa[1, i]
    move(network, state, q[1], trial.rho)
    if not largest(trial.rho, network.two_sided) * network.depth < MAX_LOG_GROWTH:
        return inf, inf, inf, 0.0, 0.0
    update(network, trial)
    error = error_in_weights(state, trial, loss, start, q, scale)
    bounds = step_bounds(network, trial, loss, following, rtol)
    return error, bounds[0], bounds[1], bounds[2], bounds[3]


@compiled(reassociate=True)
def largest(rho: Vector, two_sided: bool) -> float:
    """The largest logarithm of growth; NaN if one is."""
    most = 0.0
    for j in range(rho.size):
        grown = abs(rho[j]) if two_sided else rho[j]
        if not grown <= most:
            most = grown
    return most


@compiled(reassociate=True)
def error_in_weights(
    state: BalanceState,
    trial: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    q: Matrix,
    scale: float,
) -> float:
    """The error of w by the error estimate q[0] of the step q[1], without what is mere rounding.

    It is relative to the scale of Xw; infinite where it is no number.
    """
    worst = 0.0
    for j in range(len(state.w)):
        scale = max(scale, loss.norms[j] * abs(trial.w[j]))
        mobility = max(start.terminal_mobility[j], state.mobility[j], trial.mobility[j])
        error = loss.norms[j] * mobility * (abs(q[0, j]) - ROUNDING * abs(q[1, j]))
        if not error <= worst:
            worst = error
            if worst != worst:
                return inf
    return worst / scale if worst > 0.0 else 0.0
