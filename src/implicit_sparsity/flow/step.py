"""Steps of a gradient flow, and the errors that they make."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.coordinates import BalanceState, Network, log_factor_change, update
from implicit_sparsity.flow.dense_output import Segment
from implicit_sparsity.flow.linear_algebra import cholesky
from implicit_sparsity.flow.rodas5p import DENSE, ERROR, GAMMA, STAGES
from implicit_sparsity.flow.stages import StageSystem, solve_stages
from implicit_sparsity.flow.step_bounds import (
    ROUNDING,
    QuadraticLoss,
    StepStart,
    active_columns,
    step_bounds,
)
from implicit_sparsity.problem import Matrix, Vector

#: Columns are active whose part in the matrix is above NEGLIGIBLE × tolerance / p.
NEGLIGIBLE = 10.0
#: Logarithms of u^N/α^N beyond this count as a blow-up.
MAX_LOG_GROWTH = 600.0
#: What is wanted of the stages: the error estimate, and the coefficients of the dense output.
COMBINATIONS = np.vstack([ERROR, DENSE])


class Increment(NamedTuple):
    """Error estimate and step of a step in q, in this order.

    Attributes
    ----------
    columns : array, shape (a,)
        The active columns.
    kappa : array, shape (2 or more, a)
        Both on the active columns.
    q : array, shape (2, p)
        Xᵀζ of both.
    """

    columns: NDArray[np.intp]
    kappa: Matrix
    q: Matrix


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
        p, slope = X.shape[1], 2.0 / samples
        self.network, self.X, self.y, self.rtol = network, X, y, rtol
        norms = np.linalg.norm(X, axis=0)
        # A column of zeros has no gradient either: any curvature will do.
        curvature = slope * np.where(norms > 0, norms, 1.0) ** 2
        self.loss = QuadraticLoss(np.array(X.T, order="C"), norms, curvature, slope)
        self.state, self.trial = (BalanceState.at(network, np.zeros(p)) for _ in range(2))
        self._begin()

    def _begin(self) -> None:
        """Residual, gradient and bounds of the next step."""
        residual = self.X @ self.state.w - self.y
        gradient = self.loss.slope * (self.loss.rows @ residual)
        growth, terminal_mobility = np.empty(gradient.size), np.empty(gradient.size)
        self.start = StepStart(residual, gradient, growth, terminal_mobility)
        self.bounds = step_bounds(self.network, self.state, self.loss, self.start, self.rtol)

    def attempt(self, h: float) -> float:
        """Try a step h; returns its error over the tolerance, infinite outside the domain."""
        network, state, start, slope = self.network, self.state, self.start, self.loss.slope
        scale, threshold = self.bounds.scale, NEGLIGIBLE * self.rtol / self.loss.norms.size
        columns, root, S = active_columns(
            network, state, self.loss, start, h, GAMMA * slope, scale, threshold
        )
        system = StageSystem(columns, root, S, *cholesky(S))
        phi, kappa = np.empty((STAGES, len(S))), np.empty((STAGES, len(S)))
        if not solve_stages(network, state, system, start.residual, h, slope, phi, kappa):
            return inf
        zeta, kappa = COMBINATIONS @ phi @ S, (COMBINATIONS @ kappa) * (slope / root)
        self.segment = Segment(h, state.rho.copy(), start.gradient, columns, zeta[1:], kappa[1:])
        increment = Increment(columns, kappa, zeta[:2] @ self.X)
        error: float = complete_step(
            network, state, self.trial, self.loss, start, increment, h, scale
        )
        return error / self.rtol

    def accept(self) -> None:
        """Take the step last attempted."""
        self.state, self.trial = self.trial, self.state
        self._begin()


@compiled(reassociate=True)
def complete_step(
    network: Network,
    state: BalanceState,
    trial: BalanceState,
    loss: QuadraticLoss,
    start: StepStart,
    increment: Increment,
    h: float,
    scale: float,
) -> float:
    """Fill ``trial`` with the state after the step; returns the error in w by the error estimate.

    It is relative to the scale of Xw, without what is mere rounding; infinite on a blow-up.
    """
    m = network.m
    columns, kappa = increment.columns, increment.kappa
    estimate, step = increment.q[0], increment.q[1]
    for j in range(step.size):
        estimate[j] *= loss.slope
        step[j] = loss.slope * step[j] + h * start.gradient[j]
    for i in range(columns.size):
        estimate[columns[i]] = kappa[0, i]
        step[columns[i]] = kappa[1, i]
    for j in range(step.size):
        change = log_factor_change(state.rates[0, j], step[j], m)
        if network.two_sided:
            change -= log_factor_change(state.rates[1, j], -step[j], m)
        trial.rho[j] = state.rho[j] + change
        grown = abs(trial.rho[j]) if network.two_sided else trial.rho[j]
        if not grown * network.depth < MAX_LOG_GROWTH:
            return inf
    update(network, trial)
    worst = 0.0
    for j in range(step.size):
        scale = max(scale, loss.norms[j] * abs(trial.w[j]))
        mobility = max(start.terminal_mobility[j], state.mobility[j], trial.mobility[j])
        error = loss.norms[j] * mobility * (abs(estimate[j]) - ROUNDING * abs(step[j]))
        if not error <= worst:
            worst = error
            if worst != worst:
                return inf
    return worst / scale if worst > 0.0 else 0.0
