"""Steps of a gradient flow, and the errors that they make."""

from __future__ import annotations

from math import inf

import numpy as np

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.columns import ActiveColumns, active_columns
from implicit_sparsity.flow.coordinates import (
    BalanceState,
    Network,
    move,
    update,
    weight_change,
)
from implicit_sparsity.flow.dense_output import Segment
from implicit_sparsity.flow.linear_algebra import add_rows, cholesky, products
from implicit_sparsity.flow.rodas5p import DENSE, ERROR, STAGES
from implicit_sparsity.flow.stages import solve_stages
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
        self.last = 0.0

    def attempt(self, h: float) -> float:
        """Try a step h; returns its error over the tolerance, infinite outside the domain."""
        network, state, start, loss = self.network, self.state, self.start, self.loss
        active = active_columns(
            network, state, loss, start, h, self.bounds, self.rtol, self.next.fitted
        )
        L = cholesky(active.S)
        a = active.root.size
        drive, psi, kappa = np.empty((3, len(self.X))), np.empty((5, a)), np.empty((5, a))
        error, self.following = advance(
            network,
            state,
            self.trial,
            loss,
            start,
            self.next,
            active,
            L,
            h,
            self.last,
            self.bounds.scale,
            self.rtol,
            drive,
            psi,
            kappa,
        )
        self.h = h
        self.segment = Segment(
            h, state.rho.copy(), start.gradient.copy(), active.columns, drive, psi[1:], kappa[1:]
        )
        return float(error) / self.rtol

    def accept(self) -> None:
        """Take the step last attempted."""
        self.state, self.trial = self.trial, self.state
        self.start, self.next = self.next, self.start
        self.bounds, self.last = self.following, self.h


@compiled(reassociate=True)
def advance(
    network: Network,
    state: BalanceState,
    trial: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    following: StepStart,
    active: ActiveColumns,
    L: Matrix,
    h: float,
    last: float,
    scale: float,
    rtol: float,
    drive: Matrix,
    psi: Matrix,
    kappa: Matrix,
) -> tuple[float, StepBounds]:
    """One attempt: fills in the state after the step, and the start of the next."""
    n, a = start.residual.size, active.columns.size
    none = StepBounds(0.0, inf, 0.0, 0.0)
    for k in range(n):
        behind = active.drive[0, k]
        # What the last step missed at its end, it missed in proportion to t² on the way.
        drive[0, k] = h * (start.residual[k] + behind) + last / 3.0 * behind
        drive[1, k] = h * active.drive[1, k]
        drive[2, k] = h * active.drive[2, k]
    stages, stage_kappa = np.empty((STAGES, a)), np.empty((STAGES, a))
    if not solve_stages(network, state, active, L, drive, h, loss.slope, stages, stage_kappa):
        return inf, none
    psi[:] = 0.0
    kappa[:] = 0.0
    for c in range(5):
        add_rows(psi[c], stages, COMBINATIONS[c])
        add_rows(kappa[c], stage_kappa, COMBINATIONS[c])
        for i in range(a):
            psi[c, i] *= active.root[i]
            kappa[c, i] *= loss.slope / active.root[i]
    zeta = np.zeros((3, n))
    for i in range(a):
        j = active.columns[i]
        for k in range(n):
            zeta[0, k] += psi[0, i] * loss.rows[j, k]
            zeta[1, k] += psi[1, i] * loss.rows[j, k]
    for k in range(n):
        drive[0, k] -= h * start.residual[k]
        zeta[1, k] += drive[0, k] + drive[1, k] / 2.0 + drive[2, k] / 3.0
        following.residual[k] = start.residual[k] + (
            active.drive[0, k] + active.drive[1, k] + active.drive[2, k]
        )
    for i in range(a):
        j = active.columns[i]
        change = weight_change(network, state, j, kappa[1, i])
        following.fitted[j] += change
        for k in range(n):
            following.residual[k] += change * loss.rows[j, k]
    zeta[2] = following.residual
    q = np.empty((3, state.rho.size))
    products(q, loss.rows, zeta)
    for j in range(state.rho.size):
        q[0, j] *= loss.slope
        q[1, j] = loss.slope * q[1, j] + h * start.gradient[j]
        following.gradient[j] = loss.slope * q[2, j]
    for i in range(a):
        q[0, active.columns[i]], q[1, active.columns[i]] = kappa[0, i], kappa[1, i]
    move(network, state, q[1], trial.rho)
    if not largest(trial.rho, network.two_sided) * network.depth < MAX_LOG_GROWTH:
        return inf, none
    update(network, trial)
    error = error_in_weights(state, trial, loss, start, q, scale)
    return error, step_bounds(network, trial, loss, following, rtol)


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
