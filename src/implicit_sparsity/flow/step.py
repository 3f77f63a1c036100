"""Steps of a gradient flow."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.flow.advance import advance, prepare
from implicit_sparsity.flow.coordinates import BalanceState, Network
from implicit_sparsity.flow.dense_output import Segment
from implicit_sparsity.flow.gram import Gram, factor
from implicit_sparsity.flow.stages import StageSystem
from implicit_sparsity.flow.step_bounds import QuadraticLoss, StepBounds, StepStart, step_bounds
from implicit_sparsity.problem import Matrix, Vector


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
        columns, root, reach, drive, matrix = prepare(
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
        system = StageSystem(columns, root, reach, factor(matrix, loss.rows, columns, root))
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
