"""What bounds a step of a gradient flow."""

from __future__ import annotations

from math import inf, log, sqrt
from typing import NamedTuple

import numpy as np

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.coordinates import BalanceState, Network
from implicit_sparsity.flow.linear_algebra import dot
from implicit_sparsity.problem import Matrix, Vector

#: A step lets u^N grow by the first factor; by the second while it is below the part SMALL × rtol
#: of the weight that it is heading for, or up to the part ROUNDING if that is more; with the
#: distance to blow-up falling to no less than MIN_DISTANCE of itself.
GROWTH, SMALL_GROWTH, SMALL, MIN_DISTANCE = 3.0, 10.0, 0.1, 1e-6
#: Rounding of an error estimate, relative to the step in q and to what its gradient is made of.
ROUNDING = 1e-12
#: Rounding of a gradient, relative to the product of its column and the residual by norm.
GRADIENT_ROUNDING = 1e-15


class QuadraticLoss(NamedTuple):
    """The loss (1/n)‖Xw − y‖² as the steps read it.

    Attributes
    ----------
    rows : array, shape (p, n)
        Xᵀ.
    norms, curvature : array, shape (p,)
        ‖X_i‖, and the second derivatives (2/n)‖X_i‖².
    slope : float
        2/n.
    """

    rows: Matrix
    norms: Vector
    curvature: Vector
    slope: float

    @classmethod
    def of(cls, X: Matrix, samples: int) -> QuadraticLoss:
        """That of n samples, which X may be reduced from."""
        norms, slope = np.linalg.norm(X, axis=0), 2.0 / samples
        # A column of zeros has no gradient either: any curvature will do.
        curvature = slope * np.where(norms > 0, norms, 1.0) ** 2
        return cls(np.array(X.T, order="C"), norms, curvature, slope)


class StepStart(NamedTuple):
    """The flow where a step starts.

    Attributes
    ----------
    fitted : array, shape (p,)
        Weights close to w, ...
    residual : array, shape (n,)
        ... X · fitted − y.
    gradient : array, shape (p,)
        g = (2/n) Xᵀ residual.
    growth : array, shape (p,)
        Rate of each coordinate's growing log factor.
    goal : array, shape (p,)
        The weight that a coordinate is heading for, |w| + |g| / curvature: an error δq now is an
        error terminal_mobility(goal) · δq in w after the escape.
    """

    fitted: Vector
    residual: Vector
    gradient: Vector
    growth: Vector
    goal: Vector


class StepBounds(NamedTuple):
    """What a step from a point has to respect.

    Attributes
    ----------
    scale : float
        Largest ‖X_i‖ (|w_i| + |g_i| / curvature_i), the unit of errors.
    max_step : float
        The longest step to attempt.
    stationarity : float
        The largest |g| that can move its weight; 0 where the flow is at rest.
    haste : float
        Largest |g_i| · terminal mobility · ‖X_i‖ over the scale: a relative error of the gradient
        during a time t is at most t · haste times as large an error of the weights.
    steepest : float
        Largest terminal mobility over the goal: a bound of terminal mobilities without powers.
    """

    scale: float
    max_step: float
    stationarity: float
    haste: float
    steepest: float


class Attempt(NamedTuple):
    """A step to attempt.

    Attributes
    ----------
    h : float
        Its length.
    before : float
        The length of the last step.
    scale, haste, steepest : float
        As in `StepBounds`.
    rtol : float
        The tolerance.
    """

    h: float
    before: float
    scale: float
    haste: float
    steepest: float
    rtol: float


@compiled(reassociate=True)
def growth_distance(factor: float, depth: float) -> float:
    """How far N u^m |q| may go for u^N to grow by a factor, or to shortly before a blow-up."""
    m = depth - 2.0
    if m == 0.0:
        return log(factor) / depth
    left: float = factor ** (-m / depth)
    return (1.0 - max(left, MIN_DISTANCE)) / m


@compiled(reassociate=True)
def terminal_mobility(network: Network, goal: float) -> float:
    """Mobility at a weight."""
    power: float = goal ** (2.0 - 2.0 / network.depth)
    return network.depth * network.depth * power


@compiled(reassociate=True)
def step_bounds(
    network: Network, state: BalanceState, loss: QuadraticLoss, start: StepStart, rtol: float
) -> StepBounds:
    """The bounds of the next step; fills in ``start.growth`` and ``start.goal``.

    Powers are taken only of the columns that may be the largest by a bound without a power.
    """
    depth, g, growth, goal = network.depth, start.gradient, start.growth, start.goal
    usual, small = growth_distance(GROWTH, depth), growth_distance(SMALL_GROWTH, depth)
    scale, farthest, fastest, stationarity, haste = 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(g.size):
        other = g[j] * state.rates[1, j]
        growth[j] = max(-g[j] * state.rates[0, j], other)
        goal[j] = abs(state.w[j]) + abs(g[j]) / loss.curvature[j]
    for j in range(g.size):
        scale, farthest = max(scale, loss.norms[j] * goal[j]), max(farthest, goal[j])
        decays = g[j] > 0.0 and not network.two_sided
        active = min(abs(g[j]), state.w[j] * loss.curvature[j]) if decays else abs(g[j])
        stationarity = max(stationarity, active)
    steepest = terminal_mobility(network, farthest) / farthest if farthest > 0.0 else 0.0
    # Growth under a gradient that is mere rounding leads nowhere.
    noise = GRADIENT_ROUNDING * loss.slope * sqrt(dot(start.residual, start.residual))
    for j in range(g.size):
        urge = abs(g[j]) * loss.norms[j]
        if urge * steepest * goal[j] > haste:
            haste = max(haste, urge * terminal_mobility(network, goal[j]))
        # A coordinate that would relax before it has grown so much does not bind.
        relaxation = state.mobility[j] * loss.curvature[j]
        driven = abs(g[j]) > noise * loss.norms[j]
        if driven and growth[j] > (fastest + relaxation) * usual:
            power, ahead = state.powers[0, j] + state.powers[1, j], abs(g[j]) / loss.curvature[j]
            distance = usual if power > SMALL * rtol * ahead else small
            if 0.0 < SMALL_GROWTH * power < ROUNDING * ahead:
                distance = growth_distance(ROUNDING * ahead / power, depth)
            fastest = max(fastest, growth[j] / distance - relaxation)
    longest = 1.0 / fastest if fastest > 0.0 else inf
    haste = haste / scale if scale > 0.0 else 0.0
    return StepBounds(scale, longest, stationarity, haste, steepest)
