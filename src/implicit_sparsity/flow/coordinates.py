"""The balance variable of a depth-N diagonal network, and the coordinate a flow step is taken in.

Gradient flow u' = −N u^{N−1} g, v' = +N v^{N−1} g from u = v = α, with g = ∇L(w), w = u^N − v^N and
m = N − 2, conserves u^{−m} + v^{−m} = 2α^{−m} (uv = α² for N = 2). So one **balance variable** a
coordinate tells both factors without cancellation, however small α is: b = ((u/v)^m − 1) where
u ≥ v, otherwise minus the same with u and v exchanged. The larger factor is then
α ((2 + |b|) / 2)^{1/m}, the smaller one is by (1 + |b|)^{1/m} smaller. One-sided networks, w = u^N,
have α in the place of v. For N = 2, b = log(u²/α²).

Along t, log(u/v) runs into a logarithmic singularity when a coordinate escapes. A step is therefore
taken in the **local mirror coordinate** q = ∫g dt, counted from the start of the step. Under a
constant gradient it is a straight line, and b(q) is exact, since u^{−m} and v^{−m} are linear::

    u(q)^{−m} = u(0)^{−m} (1 + m N u(0)^m q)        (log u(q) = log u(0) − N q for N = 2)
    v(q)^{−m} = v(0)^{−m} (1 − m N v(0)^m q)        (log v(q) = log v(0) + N q for N = 2)
    −dw/dq = N² (u^{2N−2} + v^{2N−2})               (the mobility, never negative)

Counted from t = 0 a mirror coordinate would lose every digit once α^m < 1e-16; counted anew from
every step it loses none. (All of this is derived for this package, not taken from the paper.)

Powers u^N = (u^m)^{N/m} cost logarithms and exponentials in general; for N = 2.5, 3, 4 and 6, where
2N/m is a small whole number, products and at most a square root do.
"""

from __future__ import annotations

from math import expm1, log1p, sqrt
from typing import NamedTuple

import numpy as np

from implicit_sparsity.compiled import compiled
from implicit_sparsity.problem import Matrix, Vector

#: Whole numbers 2N/m up to this are small.
MAX_HALVES = 10


class Network(NamedTuple):
    """What u, v and w depend on beside the balance variable.

    Attributes
    ----------
    depth, m : float
        N, and m = N − 2.
    alpha, init : float
        The start α, and α^N.
    initial_rate : float
        N α^m, the rates at the start.
    halves : int
        2N/m where that is a small whole number, otherwise 0.
    two_sided : bool
        Whether there is a v.
    """

    depth: float
    m: float
    alpha: float
    init: float
    initial_rate: float
    halves: int
    two_sided: bool

    @classmethod
    def of(cls, depth: float, alpha: float, one_sided: bool) -> Network:
        """The network of this depth and start."""
        m = depth - 2.0
        halves = 2.0 * depth / m if m > 0.0 else 0.0
        halves = int(halves) if halves <= MAX_HALVES and halves == int(halves) else 0
        rate = depth * alpha**m
        return cls(float(depth), m, float(alpha), alpha**depth, rate, halves, not one_sided)


class BalanceState(NamedTuple):
    """Balance variables and all that follows from them.

    Attributes
    ----------
    balance : array, shape (p,)
        The balance variables.
    rates, powers : array, shape (2, p)
        N u^m and N v^m; u^N and v^N. The v side of a one-sided network holds zeros.
    w, mobility : array, shape (p,)
        The weights u^N − v^N, and −dw/dq.
    """

    balance: Vector
    rates: Matrix
    powers: Matrix
    w: Vector
    mobility: Vector

    @classmethod
    def at(cls, network: Network, balance: Vector) -> BalanceState:
        """The state at b, shape (p,), whose memory it keeps; u = v = α is at 0."""
        p = balance.size
        state = cls(balance, np.zeros((2, p)), np.zeros((2, p)), np.empty(p), np.empty(p))
        update(network, state)
        return state


@compiled(reassociate=True)
def log_factor(rho: float, m: float) -> float:
    """log(u/α) of a two-sided network at ρ = log(u/v), which is log(v/α) at −ρ."""
    below = -abs(rho)
    smaller = log1p(0.5 * expm1(m * below)) / m if m > 0.0 else 0.5 * below
    return smaller if rho < 0.0 else smaller + rho


@compiled(reassociate=True)
def power_changes(network: Network, x: Vector, inverse: bool, change: Vector) -> None:
    """Fill in (1 + x)^{N/m} − 1, or (1 + x)^{−N/m} − 1, to all digits; no number for x ≤ −1.

    A loop for each operation, so that they become vector instructions.
    """
    p, halves = x.size, network.halves
    if halves == 0:
        exponent = network.depth / network.m
        if inverse:
            exponent = -exponent
        for j in range(p):
            change[j] = log1p(x[j])
        for j in range(p):
            change[j] = expm1(exponent * change[j])
        return
    # s^k − 1 = (s − 1) (1 + s + … + s^{k−1}), where s is 1 + x or its root.
    s, power = np.empty(p), np.empty(p)
    whole = halves % 2 == 0
    for j in range(p):
        s[j] = 1.0 + x[j] if x[j] > -1.0 else np.nan
    if not whole:
        for j in range(p):
            s[j] = sqrt(s[j])
    for j in range(p):
        power[j], change[j] = s[j], 1.0
    for _ in range(1, halves // 2 if whole else halves):
        for j in range(p):
            power[j] *= s[j]
            change[j] = change[j] * s[j] + 1.0
    for j in range(p):
        change[j] *= x[j] if whole else x[j] / (1.0 + s[j])
    if inverse:
        for j in range(p):
            change[j] /= -power[j]


@compiled(reassociate=True)
def update(network: Network, state: BalanceState) -> None:
    """Fill in all that follows from ``state.balance``."""
    balance, rates, powers, w, mobility = state
    m, init, p = network.m, network.init, state.w.size
    # The larger side of two first, beside which it is 1 for both sides of a one-sided network.
    big, small, size = np.empty(p), np.empty(p), np.empty(p)
    for j in range(p):
        size[j] = abs(balance[j])
    if m == 0.0:
        for j in range(p):
            big[j] = expm1(size[j])
        for j in range(p):
            small[j] = init / (1.0 + big[j])
            big[j] *= init
            w[j] = big[j] + small[j] * (big[j] / init) if network.two_sided else 0.0
            big[j] += init
    elif network.two_sided:
        for j in range(p):
            w[j] = -0.5 * size[j] / (1.0 + size[j])
        power_changes(network, w, False, small)
        power_changes(network, size, False, big)
        for j in range(p):
            small[j] = init * (1.0 + small[j])
            w[j] = small[j] * big[j]
            big[j] = small[j] + w[j]
    else:
        power_changes(network, size, False, big)
        for j in range(p):
            small[j] = init / (1.0 + big[j])
            big[j] = init * (1.0 + big[j])
    rate = network.initial_rate
    if network.two_sided:
        for j in range(p):
            fast = rate * (1.0 + 0.5 * size[j]) if m > 0.0 else rate
            slow = fast / (1.0 + size[j]) if m > 0.0 else rate
            mobility[j] = network.depth * (fast * big[j] + slow * small[j])
            up = balance[j] >= 0.0
            rates[0, j], rates[1, j] = (fast, slow) if up else (slow, fast)
            powers[0, j], powers[1, j] = (big[j], small[j]) if up else (small[j], big[j])
            w[j] = w[j] if up else -w[j]
    else:
        for j in range(p):
            growth = 1.0 + size[j] if m > 0.0 else 1.0
            up = balance[j] >= 0.0
            rates[0, j] = rate * growth if up else rate / growth
            powers[0, j] = w[j] = big[j] if up else small[j]
            mobility[j] = network.depth * rates[0, j] * powers[0, j]
