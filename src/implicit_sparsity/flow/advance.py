"""One attempt at a step: the columns that move it, its stages, and where it ends."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.changes import gather, move, weight_changes
from implicit_sparsity.flow.columns import Choice, active_columns
from implicit_sparsity.flow.coordinates import BalanceState, Network, update
from implicit_sparsity.flow.gram import factor
from implicit_sparsity.flow.linear_algebra import add_products, add_rows, copy, dot, products
from implicit_sparsity.flow.points import Flow, views
from implicit_sparsity.flow.rodas5p import DENSE, DENSE_IN_TIME, ERROR, STAGES
from implicit_sparsity.flow.stages import StageSystem, bounded, solve_stages
from implicit_sparsity.flow.step_bounds import (
    ROUNDING,
    Attempt,
    QuadraticLoss,
    StepBounds,
    StepStart,
    step_bounds,
    terminal_mobility,
)
from implicit_sparsity.problem import Matrix

Index = NDArray[np.intp]

#: What is wanted of the stages: the error estimate, and the coefficients of the dense output, the
#: first of which is the step.
COMBINATIONS = np.vstack([ERROR, DENSE])


@compiled(reassociate=True)
def attempt(
    flow: Flow, point: int, step: Attempt
) -> tuple[float, StepBounds, Index, Matrix, Matrix]:
    """Fill in the other point, that after a step from ``point``.

    Returns the error over the tolerance, infinite outside the domain, and the bounds there; the a
    active columns, and the coefficients of the dense output but for h r, as what ζ is of them,
    shape (4, n), and as what q is of these columns, shape (4, a).
    """
    network, loss = flow.network, flow.loss
    state, start = views(flow, point)
    trial, following = views(flow, 1 - point)
    choice = active_columns(network, state, loss, start, step, following.fitted)
    L = factor(flow.gram, loss.rows, choice.columns, choice.root)
    rates, powers = gather(state, choice.columns)
    system = StageSystem(
        step.h, loss.rows, choice.columns, choice.root, choice.reach, L, rates, powers
    )
    zeta, kappa = np.zeros((6, start.residual.size)), np.zeros((5, choice.columns.size))
    error, bounds = inf, StepBounds(inf, inf, 0.0, 0.0, 0.0)
    force = increments(network, loss, start, following, choice, system, step.before, zeta, kappa)
    if force >= 0.0:
        q = steps_of_columns(loss, start, following, choice.columns, step.h, force, zeta, kappa)
        if move(network, state, q[1], trial.balance):
            update(network, trial)
            if bounded(trial.w):
                error = error_in_weights(network, state, trial, loss, start, q, step)
                bounds = step_bounds(network, trial, loss, following, step.rtol)
    return error / step.rtol, bounds, choice.columns, zeta[1:5], kappa[1:]


@compiled(reassociate=True)
def increments(
    network: Network,
    loss: QuadraticLoss,
    start: StepStart,
    following: StepStart,
    choice: Choice,
    system: StageSystem,
    before: float,
    zeta: Matrix,
    kappa: Matrix,
) -> float:
    """Fill in ζ but for h r, shape (6, n), of the error estimate and of the dense output.

    The last row is what the active columns add to the residual. Also fill in q of these columns,
    (2/n) S ζ over their roots, as ``kappa``, shape (5, a), and the residual after the step.
    ``before`` is the length of the last step. Returns the norm of what drives the stages, −1 on a
    blow-up.
    """
    h, a, n = system.h, system.root.size, start.residual.size
    given, left = np.empty((3, n)), following.residual
    for k in range(n):
        residual, behind = start.residual[k] + choice.rounding[k], choice.given[0, k]
        # What the step before missed at its end, it missed in proportion to t² on the way.
        given[0, k] = h * (residual + behind) + before / 3.0 * behind
        given[1, k] = h * choice.given[1, k]
        given[2, k] = h * choice.given[2, k]
        left[k] = residual + (behind + choice.given[1, k] + choice.given[2, k])
    psi, projected = np.empty((STAGES, a)), np.empty((STAGES, a))
    if not solve_stages(network, system, given, psi, projected):
        return -1.0
    force = sqrt(dot(given[0], given[0]))
    for k in range(n):
        given[0, k] -= h * start.residual[k]
    shares = np.zeros((6, a))
    for c in range(5):
        if c > 0:
            add_rows(zeta[c], given, DENSE_IN_TIME[c - 1])
        add_rows(kappa[c], projected, COMBINATIONS[c])
        add_rows(shares[c], psi, COMBINATIONS[c])
        for i in range(a):
            kappa[c, i] *= system.reach[i]
            shares[c, i] *= system.root[i]
    weight_changes(network, system.rates, system.powers, kappa[1], shares[5])
    for i in range(a):
        following.fitted[system.columns[i]] += shares[5, i]
    for c in (0, 3):
        add_products(zeta[c : c + 3], shares[c : c + 3], system.rows, system.columns)
    for k in range(n):
        left[k] += zeta[5, k]
    return force


@compiled(reassociate=True)
def steps_of_columns(
    loss: QuadraticLoss,
    start: StepStart,
    following: StepStart,
    columns: NDArray[np.intp],
    h: float,
    force: float,
    zeta: Matrix,
    kappa: Matrix,
) -> Matrix:
    """The error of q, without mere rounding, and the step; fills in the gradient after it."""
    p, n = loss.rows.shape
    vectors, q = np.empty((3, n)), np.empty((3, p))
    copy(vectors[0], zeta[0])
    copy(vectors[1], zeta[1])
    copy(vectors[2], following.residual)
    products(q, loss.rows, np.arange(p), vectors)
    # A gradient has the rounding of the products that it is summed from, even where they cancel.
    noise = ROUNDING * loss.slope * force
    for j in range(p):
        q[0, j] = abs(loss.slope * q[0, j]) - noise * loss.norms[j]
        q[1, j] = loss.slope * q[1, j] + h * start.gradient[j]
        following.gradient[j] = loss.slope * q[2, j]
    for i in range(columns.size):
        q[0, columns[i]], q[1, columns[i]] = abs(kappa[0, i]), kappa[1, i]
    for j in range(p):
        q[0, j] = max(q[0, j] - ROUNDING * abs(q[1, j]), 0.0)
    return q


@compiled(reassociate=True)
def error_in_weights(
    network: Network,
    state: BalanceState,
    trial: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    q: Matrix,
    step: Attempt,
) -> float:
    """The error of w by the errors q[0], relative to the scale of Xw; infinite if no number.

    Powers are taken only of the columns that may be the largest by a bound without a power.
    """
    worst, scale = 0.0, step.scale
    for j in range(len(state.w)):
        scale = max(scale, loss.norms[j] * abs(trial.w[j]))
    for j in range(len(state.w)):
        size, mobility = loss.norms[j] * q[0, j], max(state.mobility[j], trial.mobility[j])
        if not size * max(step.steepest * start.goal[j], mobility) <= worst:
            mobility = max(mobility, terminal_mobility(network, start.goal[j]))
            error = size * mobility
            if not error <= worst:
                worst = error
            if worst != worst:
                return inf
    return worst / scale if worst > 0.0 else 0.0
