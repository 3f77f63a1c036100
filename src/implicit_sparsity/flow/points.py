"""A gradient flow between two steps: its data, where it stands, and room for where a step ends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.coordinates import BalanceState, Network, update
from implicit_sparsity.flow.gram import Gram
from implicit_sparsity.flow.step_bounds import QuadraticLoss, StepStart
from implicit_sparsity.problem import Matrix, Vector


class Flow(NamedTuple):
    """A flow between two steps, with room for the next.

    Attributes
    ----------
    network : Network
        Depth, start and sides.
    loss : QuadraticLoss
        The data.
    rtol : float
        Tolerance on the ‖X_i‖ w_i, relative to the largest ‖X_i‖ (|w_i| + |g_i| / curvature_i), the
        weight that coordinate i is heading for in units of the response.
    gram : Gram
        Products of columns.
    columns : array, shape (2, 11, p)
        Where the flow stands and where a step ends, in turns: balance variables, rates, powers,
        weights, mobilities, fitted weights, gradient, growth, goals.
    residual : array, shape (2, n)
        The residuals there.
    """

    network: Network
    loss: QuadraticLoss
    rtol: float
    gram: Gram
    columns: Matrix
    residual: Matrix

    @classmethod
    def at_start(cls, network: Network, loss: QuadraticLoss, y: Vector, rtol: float) -> Flow:
        """The flow at its start, which is point 0."""
        p, n = loss.rows.shape
        # The v side of one-sided networks is 0 already.
        flow = cls(network, loss, rtol, Gram.of(n, p), np.zeros((2, 11, p)), np.empty((2, n)))
        state, start = views(flow, 0)
        update(network, state)
        start.fitted[:] = state.w
        start.residual[:] = loss.rows.T @ state.w - y
        start.gradient[:] = loss.slope * (loss.rows @ start.residual)
        return flow


@compiled(reassociate=True)
def views(flow: Flow, point: int) -> tuple[BalanceState, StepStart]:
    """The parts of a point by name."""
    columns = flow.columns[point]
    state = BalanceState(columns[0], columns[1:3], columns[3:5], columns[5], columns[6])
    start = StepStart(columns[7], flow.residual[point], columns[8], columns[9], columns[10])
    return state, start
