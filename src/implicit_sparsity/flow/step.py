"""Steps of a gradient flow."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.flow.advance import Point, advance, choose, views
from implicit_sparsity.flow.coordinates import Network, update
from implicit_sparsity.flow.dense_output import Segment
from implicit_sparsity.flow.gram import Gram, factor
from implicit_sparsity.flow.step_bounds import Attempt, QuadraticLoss, step_bounds
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
    """

    def __init__(self, network: Network, X: Matrix, y: Vector, samples: int, rtol: float) -> None:
        (n, p), slope = X.shape, 2.0 / samples
        self.network, self.X, self.rtol = network, X, rtol
        norms = np.linalg.norm(X, axis=0)
        # A column of zeros has no gradient either: any curvature will do.
        curvature = slope * np.where(norms > 0, norms, 1.0) ** 2
        self.loss = QuadraticLoss(np.array(X.T, order="C"), norms, curvature, slope)
        self.here, self.there = Point.empty(n, p), Point.empty(n, p)
        (self.state, self.start), self.following = views(self.here), views(self.there)
        update(network, self.state)
        self.start.fitted[:] = self.state.w
        self.start.residual[:] = X @ self.state.w - y
        self.start.gradient[:] = slope * (self.loss.rows @ self.start.residual)
        self.bounds = step_bounds(network, self.state, self.loss, self.start, rtol)
        self.gram, self.before = Gram.of(n, p), 0.0

    def attempt(self, h: float) -> float:
        """Try a step h; returns its error over the tolerance, infinite outside the domain."""
        step = Attempt(h, self.before, self.bounds.scale, self.bounds.haste, self.rtol)
        here, there = self.here, self.there
        choice, matrix = choose(self.network, self.loss, self.gram, here, there, step)
        L = factor(matrix, self.loss.rows, choice.columns, choice.root)
        error, self.ahead, zeta, kappa = advance(
            self.network, self.loss, choice, L, here, there, step
        )
        self.last, self.parts = h, (choice.columns, zeta, kappa)
        return float(error) / self.rtol

    @property
    def segment(self) -> Segment:
        """Dense output of the step last attempted."""
        return Segment(
            self.last, self.state.balance.copy(), self.start.gradient.copy(), *self.parts
        )

    def accept(self) -> None:
        """Take the step last attempted."""
        self.here, self.there = self.there, self.here
        (self.state, self.start), self.following = self.following, (self.state, self.start)
        self.bounds, self.before = self.ahead, self.last
