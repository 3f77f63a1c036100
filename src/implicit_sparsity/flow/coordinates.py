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

#: Logarithms of u^N change by less than this in seven terms of a series, to rounding.
SERIES = 2.0**-8


class Network(NamedTuple):
    """What u, v and w depend on beside ρ.

    Attributes
    ----------
    depth, m : float
        N, and m = N − 2.
    alpha, init : float
        The start α, and α^N.
    initial_rate : float
        N α^m, the rates at the start.
    two_sided : bool
        Whether there is a v.
    """

    depth: float
    m: float
    alpha: float
    init: float
    initial_rate: float
    two_sided: bool

    @classmethod
    def of(cls, depth: float, alpha: float, one_sided: bool) -> Network:
        """The network of this depth and start."""
        initial_rate = depth * alpha ** (depth - 2)
        return cls(depth, depth - 2, alpha, alpha**depth, initial_rate, not one_sided)


class BalanceState(NamedTuple):
    """Balance variables and all that follows from them.

    Attributes
    ----------
    rho : array, shape (p,)
        ρ = log(u/v); log(u/α) for a one-sided network.
    rates, powers : array, shape (2, p)
        N u^m and N v^m; u^N and v^N. The v side of a one-sided network holds zeros.
    w, mobility : array, shape (p,)
        The weights u^N − v^N, and −dw/dq.
    """

    rho: Vector
    rates: Matrix
    powers: Matrix
    w: Vector
    mobility: Vector

    @classmethod
    def at(cls, network: Network, rho: Vector) -> BalanceState:
        """The state at ρ, shape (p,), whose memory it keeps; u = v = α is at 0."""
        p = rho.size
        state = cls(rho, np.zeros((2, p)), np.zeros((2, p)), np.zeros(p), np.zeros(p))
        update(network, state)
        return state


@compiled(reassociate=True)
def log_factor(rho: float, m: float) -> float:
    """log(u/α) of a two-sided network at ρ, which is log(v/α) at −ρ, for every m = N − 2 ≥ 0."""
    below = -abs(rho)
    smaller = log1p(0.5 * expm1(m * below)) / m if m > 0.0 else 0.5 * below
    return smaller if rho < 0.0 else smaller + rho


@compiled(reassociate=True)
def log_factor_change(rate: float, q: float, m: float) -> float:
    """Change of log u from N u^m = ``rate`` on while ∫g dt grows by q; for v, q changes its sign.

    Infinite if u blows up on the way.
    """
    x = rate * q
    if m == 0.0:
        return -x
    x *= m
    return -log1p(x) / m if x > -1.0 else inf


@compiled(reassociate=True)
def power_change(network: Network, rate: float, q: float) -> float:
    """Relative change of u^N from N u^m = ``rate`` on while ∫g dt grows by q; for v, −q.

    That is (1 + m·rate·q)^{−N/m} − 1. A column that hardly moves, as most do in most steps, has it
    by the binomial series.
    """
    y, ratio = -network.depth * rate * q, network.m / network.depth
    if abs(y) > SERIES:
        return expm1(network.depth * log_factor_change(rate, q, network.m))
    total = 1.0
    for k in range(7, 1, -1):
        total = 1.0 + total * y * (1.0 + (k - 1) * ratio) / k
    return y * total


@compiled(reassociate=True)
def weight_change(network: Network, state: BalanceState, j: int, q: float) -> float:
    """Change of the weight w_j while ∫g_j dt grows by q, with all its digits if it is small."""
    change: float = state.powers[0, j] * power_change(network, state.rates[0, j], q)
    if network.two_sided:
        change -= state.powers[1, j] * power_change(network, state.rates[1, j], -q)
    return change


@compiled(reassociate=True)
def move(network: Network, state: BalanceState, q: Vector, rho: Vector) -> None:
    """Fill in ρ after ∫g dt has grown by q; it is not finite after a blow-up."""
    rates, m = state.rates, network.m
    for j in range(q.size):
        if not network.two_sided:
            change = log_factor_change(rates[0, j], q[j], m)
        elif m == 0.0:
            change = -(rates[0, j] + rates[1, j]) * q[j]
        else:
            # The logarithms of both factors, as one.
            left = 1.0 + m * rates[0, j] * q[j]
            ratio = -m * (rates[0, j] + rates[1, j]) * q[j] / left if left > 0.0 else -1.0
            change = log1p(ratio) / m if ratio > -1.0 else inf
        rho[j] = state.rho[j] + change


@compiled(reassociate=True)
def update(network: Network, state: BalanceState) -> None:
    """Fill in all that follows from ``state.rho``.

    A loop for each function, since the processor evaluates several arguments of one at a time.
    """
    rho, rates, powers, w, mobility = state
    depth, m, p = network.depth, network.m, state.rho.size
    if network.two_sided:
        # The smaller of u and v first: ((1 + e^{−m|ρ|}) / 2)^{1/m} is that over α.
        for j in range(p):
            mobility[j] = 0.5 * expm1(-m * abs(rho[j]))
        for j in range(p):
            powers[1, j] = log1p(mobility[j]) / m if m > 0.0 else -0.5 * abs(rho[j])
        for j in range(p):
            powers[1, j] = network.init * exp(depth * powers[1, j])
        for j in range(p):
            rates[1, j] = exp(m * abs(rho[j]))
        for j in range(p):
            w[j] = powers[1, j] * expm1(depth * abs(rho[j]))
        for j in range(p):
            smaller, rate = powers[1, j], network.initial_rate * (1.0 + mobility[j])
            larger, faster = smaller + w[j], rate * rates[1, j]
            mobility[j] = depth * (rate * smaller + faster * larger)
            if rho[j] >= 0.0:
                powers[0, j], powers[1, j], rates[0, j], rates[1, j] = larger, smaller, faster, rate
            else:
                powers[0, j], powers[1, j], rates[0, j], rates[1, j] = smaller, larger, rate, faster
                w[j] = -w[j]
    else:
        for j in range(p):
            rates[0, j] = network.initial_rate * exp(m * rho[j])
        for j in range(p):
            powers[0, j] = w[j] = network.init * exp(depth * rho[j])
        for j in range(p):
            mobility[j] = depth * rates[0, j] * powers[0, j]


def weights_after(network: Network, state: BalanceState, q: Matrix) -> Matrix:
    """Weights, shape (M, p), after ∫g dt has grown by the rows of q, shape (M, p)."""
    w = np.broadcast_to(state.w, q.shape).copy()
    for side in range(1 + network.two_sided):
        x = (state.rates[side] if side == 0 else -state.rates[side]) * q
        if network.m > 0:
            # An interpolated q may overshoot the end of a step that stops short of a blow-up.
            x = np.log1p(np.maximum(network.m * x, -1.0 + 1e-15)) / network.m
        change = state.powers[side] * np.expm1(-network.depth * x)
        w += change if side == 0 else -change
    return w
