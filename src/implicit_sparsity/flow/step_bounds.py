"""What bounds a step of a gradient flow."""

from __future__ import annotations

from math import inf, log
from typing import NamedTuple

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.coordinates import BalanceState, Network
from implicit_sparsity.problem import Matrix, Vector

#: A step lets u^N grow by the first factor; by the second while it is below the part SMALL × rtol
#: of the weight that it is heading for, or up to the part ROUNDING if that is more; with the
#: distance to blow-up falling to no less than MIN_DISTANCE of itself.
GROWTH, SMALL_GROWTH, SMALL, MIN_DISTANCE = 3.0, 10.0, 0.1, 1e-6
#: Rounding of an error estimate, relative to the step in q and to what its gradient is made of.
ROUNDING = 1e-12


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
    terminal_mobility : array, shape (p,)
        Mobility at the weight that a coordinate is heading for: an error δq now is an error
        terminal_mobility · δq in w after the escape.
    """

    fitted: Vector
    residual: Vector
    gradient: Vector
    growth: Vector
    terminal_mobility: Vector


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
    """

    scale: float
    max_step: float
    stationarity: float
    haste: float


@compiled(reassociate=True)
def growth_distance(factor: float, depth: float) -> float:
    """How far N u^m |q| may go for u^N to grow by a factor, or to shortly before a blow-up."""
    m = depth - 2.0
    if m == 0.0:
        return log(factor) / depth
    left: float = factor ** (-m / depth)
    return (1.0 - max(left, MIN_DISTANCE)) / m


@compiled(reassociate=True)
def step_bounds(
    network: Network, state: BalanceState, loss: QuadraticLoss, start: StepStart, rtol: float
) -> StepBounds:
    """The bounds of the next step; fills in ``start.growth`` and ``start.terminal_mobility``."""
    depth, g = network.depth, start.gradient
    usual, small = growth_distance(GROWTH, depth), growth_distance(SMALL_GROWTH, depth)
    scale, fastest, stationarity, haste = 0.0, 0.0, 0.0, 0.0
    for j in range(g.size):
        growth = -g[j] * state.rates[0, j]
        if network.two_sided and growth < 0.0:
            growth = g[j] * state.rates[1, j]
        start.growth[j] = growth
        ahead = abs(g[j]) / loss.curvature[j]
        terminal = abs(state.w[j]) + ahead
        start.terminal_mobility[j] = depth * depth * terminal ** (2.0 - 2.0 / depth)
        scale = max(scale, loss.norms[j] * terminal)
        haste = max(haste, abs(g[j]) * start.terminal_mobility[j] * loss.norms[j])
        decays = g[j] > 0.0 and not network.two_sided
        active = min(ahead, state.w[j]) * loss.curvature[j] if decays else abs(g[j])
        stationarity = max(stationarity, active)
        power = state.powers[0, j] + state.powers[1, j]
        distance = usual if power > SMALL * rtol * ahead else small
        if 0.0 < SMALL_GROWTH * power < ROUNDING * ahead:
            distance = growth_distance(ROUNDING * ahead / power, depth)
        # A coordinate that would relax before it has grown so much does not bind.
        fastest = max(fastest, growth / distance - state.mobility[j] * loss.curvature[j])
    longest = 1.0 / fastest if fastest > 0.0 else inf
    return StepBounds(scale, longest, stationarity, haste / scale if scale > 0.0 else 0.0)
