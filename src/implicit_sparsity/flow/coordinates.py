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

from math import exp, expm1, log1p
from typing import NamedTuple

import numpy as np

from implicit_sparsity.compiled import compiled
from implicit_sparsity.problem import Matrix, Vector


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
        state = cls(rho, np.zeros((2, p)), np.zeros((2, p)), np.empty(p), np.empty(p))
        update(network, state)
        return state


@compiled(reassociate=True)
def log_factor(rho: float, m: float) -> float:
    """log(u/α) of a two-sided network at ρ, which is log(v/α) at −ρ, for every m = N − 2 ≥ 0."""
    below = -abs(rho)
    smaller = log1p(0.5 * expm1(m * below)) / m if m > 0.0 else 0.5 * below
    return smaller if rho < 0.0 else smaller + rho


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
