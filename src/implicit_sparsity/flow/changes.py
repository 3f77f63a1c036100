"""What changes of q = ∫g dt do to the weights and to the balance variable (see `coordinates`)."""

from __future__ import annotations

from math import expm1, inf, log1p

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.coordinates import BalanceState, Network, update
from implicit_sparsity.problem import Matrix, Vector

Index = NDArray[np.intp]


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
