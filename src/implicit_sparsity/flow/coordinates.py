"""The balance variable of a depth-N diagonal network, and the coordinate a flow step is taken in.

Gradient flow u' = −N u^{N−1} g, v' = +N v^{N−1} g from u = v = α, with g = ∇L(w), w = u^N − v^N and
m = N − 2, conserves u^{−m} + v^{−m} = 2α^{−m} (uv = α² for N = 2). So one **balance variable** a
coordinate, ρ = log(u/v), tells both factors without cancellation, however small α is::

    log(u/α) = log((1 + e^{mρ}) / 2) / m        (ρ/2 for N = 2; log(v/α) is the same at −ρ)
    ρ' = −N (u^m + v^m) g(w(ρ))

One-sided networks, w = u^N, have ρ = log(u/α) and ρ' = −N u^m g.

Along t, ρ runs into a logarithmic singularity when a coordinate escapes. A step is therefore taken
in the **local mirror coordinate** q = ∫g dt, counted from the start of the step. Under a constant
gradient it is a straight line, and ρ(q) is exact::

    log u(q) = log u(0) − log(1 + m N u(0)^m q) / m        (− N q for N = 2)
    log v(q) = log v(0) − log(1 − m N v(0)^m q) / m        (+ N q for N = 2)
    −dw/dq = N² (u^{2N−2} + v^{2N−2})                      (the mobility, never negative)

Counted from t = 0 a mirror coordinate would lose every digit once α^m < 1e-16; counted anew from
every step it loses none. (All of this is derived for this package, not taken from the paper.)
"""

from __future__ import annotations

from math import exp, expm1, inf, log1p
from typing import NamedTuple

import numpy as np

from implicit_sparsity.compiled import compiled
from implicit_sparsity.problem import Matrix, Vector


class Shape(NamedTuple):
    """What u, v and w depend on beside ρ.

    N, m = N − 2, α, ``power`` α^N, ``rate`` N α^m and whether there is a v side.
    """

    depth: float
    excess: float
    alpha: float
    power: float
    rate: float
    two_sided: bool

    @classmethod
    def of(cls, depth: float, alpha: float, one_sided: bool) -> Shape:
        """The shape of a network of this depth and start."""
        rate = depth * alpha ** (depth - 2)
        return cls(depth, depth - 2, alpha, alpha**depth, rate, not one_sided)


class State(NamedTuple):
    """Balance variables and all that follows from them.

    ``rho``, ``w`` and ``mobility`` −dw/dq have shape (p,); ``rates`` N u^m and N v^m, ``powers``
    u^N and v^N have shape (2, p), with zeros for the v side of a one-sided network.
    """

    rho: Vector
    rates: Matrix
    powers: Matrix
    w: Vector
    mobility: Vector

    @classmethod
    def at(cls, shape: Shape, rho: Vector) -> State:
        """The state at ρ, (p,), which is kept; u = v = α is at 0."""
        p = rho.size
        state = cls(rho, np.zeros((2, p)), np.zeros((2, p)), np.zeros(p), np.zeros(p))
        settle(shape, state)
        return state


@compiled(reassociate=True)
def log_factor(rho: float, excess: float) -> float:
    """log(u/α) of a two-sided network at ρ, which is log(v/α) at −ρ, for every m = N − 2 ≥ 0."""
    below = -abs(rho)
    smaller = log1p(0.5 * expm1(excess * below)) / excess if excess > 0.0 else 0.5 * below
    return smaller if rho < 0.0 else smaller + rho


@compiled(reassociate=True)
def advance(rate: float, q: float, excess: float) -> float:
    """Change of log u from N u^m = ``rate`` on while ∫g dt grows by q; for v, q changes its sign.

    Infinite if u blows up on the way.
    """
    x = rate * q
    if excess == 0.0:
        return -x
    x *= excess
    return -log1p(x) / excess if x > -1.0 else inf


@compiled(reassociate=True)
def settle(shape: Shape, state: State) -> None:
    """Fill in all that follows from ``state.rho``."""
    rho, rates, powers, w, mobility = state
    depth, excess = shape.depth, shape.excess
    for j in range(rho.size):
        log_u = log_factor(rho[j], excess) if shape.two_sided else rho[j]
        rates[0, j] = shape.rate * exp(excess * log_u)
        if shape.two_sided:
            log_v = log_u - rho[j]
            rates[1, j] = shape.rate * exp(excess * log_v)
            # A difference of changes keeps the digits of w where α^N is far larger than w.
            rise, fall = expm1(depth * log_u), expm1(depth * log_v)
            powers[0, j] = shape.power * (1.0 + rise)
            powers[1, j] = shape.power * (1.0 + fall)
            w[j] = shape.power * (rise - fall)
        else:
            powers[0, j] = w[j] = shape.power * exp(depth * log_u)
        mobility[j] = depth * (rates[0, j] * powers[0, j] + rates[1, j] * powers[1, j])


def weights_along(shape: Shape, state: State, q: Matrix) -> Matrix:
    """Weights, shape (M, p), once the state has moved by the rows of q, shape (M, p)."""
    w = np.broadcast_to(state.w, q.shape).copy()
    for side in range(1 + shape.two_sided):
        x = (state.rates[side] if side == 0 else -state.rates[side]) * q
        if shape.excess > 0:
            # An interpolated q may overshoot the end of a step that stops short of a blow-up.
            x = np.log1p(np.maximum(shape.excess * x, -1.0 + 1e-15)) / shape.excess
        change = state.powers[side] * np.expm1(-shape.depth * x)
        w += change if side == 0 else -change
    return w
