"""Steps of a gradient flow, and the errors that they make."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.columns import active_columns
from implicit_sparsity.flow.coordinates import (
    BalanceState,
    Network,
    gather,
    move,
    update,
    weight_changes,
)
from implicit_sparsity.flow.dense_output import Segment
from implicit_sparsity.flow.gram import Gram, factor, stage_matrix
from implicit_sparsity.flow.linear_algebra import add_rows, products
from implicit_sparsity.flow.rodas5p import DENSE, DENSE_IN_TIME, ERROR, STAGES
from implicit_sparsity.flow.stages import StageSystem, solve_stages
from implicit_sparsity.flow.step_bounds import (
    ROUNDING,
    QuadraticLoss,
    StepBounds,
    StepStart,
    step_bounds,
)
from implicit_sparsity.problem import Matrix, Vector

#: Logarithms of u^N/α^N beyond this count as a blow-up.
MAX_LOG_GROWTH = 600.0
#: What is wanted of the stages: the error estimate, and the coefficients of the dense output, the
#: first of which is the step.
COMBINATIONS = np.vstack([ERROR, DENSE])


class Stepper:
    """A gradient flow between two steps, and attempts at the next.

    Parameters
    ----------
    network : Network
        Depth, start and sides.
    X : array, shape (n, p)
        Design, or what it is reduced to if n > p.
    y : array, shape (n,)
        Response, reduced alike.
    samples : int
        The n of the loss (1/n)‖Xw − y‖².
    rtol : float
        Tolerance on the ‖X_i‖ w_i, relative to the largest ‖X_i‖ (|w_i| + |g_i| / curvature_i), the
        weight that coordinate i is heading for in units of the response.

    Attributes
    ----------
    state : BalanceState
        Where the flow stands.
    start : StepStart
        Residual, gradient and rates there.
    bounds : StepBounds
        What the next step has to respect.
    segment : Segment
        Dense output of the step last attempted.
    """

    def __init__(self, network: Network, X: Matrix, y: Vector, samples: int, rtol: float) -> None:
        (n, p), slope = X.shape, 2.0 / samples
        self.network, self.X, self.rtol = network, X, rtol
        norms = np.linalg.norm(X, axis=0)
        # A column of zeros has no gradient either: any curvature will do.
        curvature = slope * np.where(norms > 0, norms, 1.0) ** 2
        self.loss = QuadraticLoss(np.array(X.T, order="C"), norms, curvature, slope)
        self.state, self.trial = (BalanceState.at(network, np.zeros(p)) for _ in range(2))
        self.start, self.next = (
            StepStart(np.empty(p), np.empty(n), *np.empty((3, p))) for _ in range(2)
        )
        self.start.fitted[:] = self.state.w
        self.start.residual[:] = X @ self.state.w - y
        self.start.gradient[:] = slope * (self.loss.rows @ self.start.residual)
        self.bounds = step_bounds(network, self.state, self.loss, self.start, rtol)
        self.gram, self.before = Gram.of(n, p), 0.0

    def attempt(self, h: float) -> float:
        """Try a step h; returns its error over the tolerance, infinite outside the domain."""
        network, state, start, loss = self.network, self.state, self.start, self.loss
        scale = self.bounds.scale
        columns, root, drive, matrix = prepare(
            network,
            state,
            loss,
            start,
            self.gram,
            h,
            scale,
            self.bounds.haste,
            self.rtol,
            self.next.fitted,
        )
        system = StageSystem(columns, root, factor(matrix, loss.rows, columns, root))
        zeta, kappa = np.empty((5, start.residual.size)), np.empty((5, columns.size))
        error, *self.following = advance(
            network,
            state,
            self.trial,
            loss,
            start,
            self.next,
            system,
            drive,
            h,
            self.before,
            scale,
            self.rtol,
            zeta,
            kappa,
        )
        self.last = h
        self.segment = Segment(
            h, state.rho.copy(), start.gradient.copy(), columns, zeta[1:], kappa[1:]
        )
        return float(error) / self.rtol

    def accept(self) -> None:
        """Take the step last attempted."""
        self.state, self.trial = self.trial, self.state
        self.start, self.next = self.next, self.start
        self.bounds, self.before = StepBounds(*self.following), self.last


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
) -> tuple[NDArray[np.intp], Vector, Matrix, Matrix]:
    """What `active_columns` returns, and the matrix of the stages unless that is by samples."""
    columns, root, drive = active_columns(
        network, state, loss, start, h, scale, haste, rtol, fitted
    )
    few = columns if columns.size <= start.residual.size else columns[:0]
    return columns, root, drive, stage_matrix(gram, loss.rows, few, root)


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
    if not increments(
        network, state, loss, start, system, drive, h, before, zeta, kappa, following
    ):
        return inf, inf, inf, 0.0, 0.0
    return complete_step(
        network, state, trial, loss, start, following, system.columns, zeta, kappa, h, scale, rtol
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
) -> bool:
    """Fill in ζ but for h r, shape (5, n), of the error estimate and of the dense output.

    Also q of the active columns, (2/n) S ζ over their roots, as ``kappa``, shape (5, a), and the
    residual after the step. ``before`` is the length of the last step. False on a blow-up.
    """
    columns, root, rows, n = system.columns, system.root, loss.rows, start.residual.size
    a, given, left = columns.size, np.empty((3, n)), following.residual
    for k in range(n):
        behind = drive[0, k]
        # What the step before missed at its end, it missed in proportion to t² on the way.
        given[0, k] = h * (start.residual[k] + behind) + before / 3.0 * behind
        given[1, k] = h * drive[1, k]
        given[2, k] = h * drive[2, k]
        left[k] = start.residual[k] + (behind + drive[1, k] + drive[2, k])
    psi, projected, weights = np.empty((STAGES, a)), np.empty((STAGES, a)), np.empty(5)
    if not solve_stages(network, state, system, rows, given, h, loss.slope, psi, projected):
        return False
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
            kappa[c, i] *= loss.slope / root[i]
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
    return True


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
    scale: float,
    rtol: float,
) -> tuple[float, float, float, float, float]:
    """Fill in the state after the step and the start of the next; returns the error and bounds."""
    n, p = start.residual.size, state.rho.size
    vectors, q = np.empty((3, n)), np.empty((3, p))
    vectors[0], vectors[1], vectors[2] = zeta[0], zeta[1], following.residual
    products(q, loss.rows, np.arange(p), vectors)
    for j in range(p):
        q[0, j] *= loss.slope
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
