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
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.problem import Matrix, Vector

Index = NDArray[np.intp]


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
def power_changes(network: Network, rates: Vector, q: Vector, change: Vector) -> None:
    """Fill in the relative changes of u^N, (1 + m·rate·q)^{−N/m} − 1; for those of v, give −q.

    A loop for each function, since the processor evaluates several arguments of one at a time.
    Changes of blown-up columns are infinite or no number.
    """
    depth, m = network.depth, network.m
    if m == 0.0:
        for j in range(q.size):
            change[j] = expm1(-depth * rates[j] * q[j])
    else:
        for j in range(q.size):
            change[j] = log1p(m * rates[j] * q[j])
        for j in range(q.size):
            change[j] = expm1(-depth / m * change[j])


@compiled(reassociate=True)
def gather(state: BalanceState, columns: Index) -> tuple[Matrix, Matrix, Matrix]:
    """Rates and powers of a columns, shape (2, a), and room for `weight_changes` of them."""
    a = columns.size
    rates, powers = np.empty((2, a)), np.empty((2, a))
    for j in range(a):
        for side in range(2):
            rates[side, j] = state.rates[side, columns[j]]
            powers[side, j] = state.powers[side, columns[j]]
    return rates, powers, np.empty((2, a))


@compiled(reassociate=True)
def weight_changes(
    network: Network, rates: Matrix, powers: Matrix, q: Vector, change: Matrix
) -> None:
    """Fill in the changes of the weights, as ``change[0]`` of shape (2, a), while ∫g dt grows by q.

    ``rates`` and ``powers``, shape (2, a), are of the columns in question. Small changes have all
    their digits.
    """
    power_changes(network, rates[0], q, change[0])
    for j in range(q.size):
        change[0, j] *= powers[0, j]
    if network.two_sided:
        power_changes(network, rates[1], -q, change[1])
        for j in range(q.size):
            change[0, j] -= powers[1, j] * change[1, j]


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


@compiled(reassociate=True)
def weights_after(network: Network, rho: Matrix, group: Index, q: Matrix) -> Matrix:
    """Weights, shape (M, p), after ∫g dt has grown by the rows of q from ρ = rho[group] on."""
    p, most = q.shape[1], (1.0 - 1e-15) / network.m if network.m > 0.0 else inf
    state = BalanceState(np.empty(p), np.zeros((2, p)), np.zeros((2, p)), np.empty(p), np.empty(p))
    w, inside, change = np.empty(q.shape), np.empty(p), np.empty((2, p))
    for i in range(len(q)):
        if i == 0 or group[i] != group[i - 1]:
            state.rho[:] = rho[group[i]]
            update(network, state)
        for j in range(p):
            # An interpolated q may overshoot the end of a step that stops short of a blow-up.
            inside[j] = max(q[i, j], -most / state.rates[0, j])
            if network.two_sided:
                inside[j] = min(inside[j], most / state.rates[1, j])
        weight_changes(network, state.rates, state.powers, inside, change)
        for j in range(p):
            w[i, j] = state.w[j] + change[0, j]
    return w
