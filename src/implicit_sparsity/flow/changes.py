"""What changes of q = ∫g dt do to the weights and to the balance variable (see `coordinates`)."""

from __future__ import annotations

from math import expm1, inf

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.coordinates import BalanceState, Network, power_changes, update
from implicit_sparsity.flow.linear_algebra import copy
from implicit_sparsity.problem import Matrix, Vector

Index = NDArray[np.intp]

#: Growth beyond this is a blow-up, whatever it starts from.
MOST = 1e300


@compiled(reassociate=True)
def gather(state: BalanceState, columns: Index) -> tuple[Matrix, Matrix]:
    """Rates and powers of a columns, shape (2, a)."""
    a = columns.size
    rates, powers = np.empty((2, a)), np.empty((2, a))
    for j in range(a):
        for side in range(2):
            rates[side, j] = state.rates[side, columns[j]]
            powers[side, j] = state.powers[side, columns[j]]
    return rates, powers


@compiled(reassociate=True)
def weight_changes(
    network: Network, rates: Matrix, powers: Matrix, q: Vector, change: Vector
) -> None:
    """Fill in the changes of the weights, shape (a,), while ∫g dt grows by q.

    ``rates`` and ``powers``, shape (2, a), are of the columns in question. Small changes have all
    their digits; those of blown-up columns are infinite or no number.
    """
    m, a = network.m, q.size
    if m == 0.0:
        for j in range(a):
            change[j] = min(expm1(network.depth * rates[0, j] * abs(q[j])), MOST)
        for j in range(a):
            up = q[j] <= 0.0
            large, small = (powers[0, j], powers[1, j]) if up else (powers[1, j], powers[0, j])
            change[j] *= large + small / (1.0 + change[j])
            change[j] = change[j] if up else -change[j]
        return
    x, other = np.empty(a), np.empty(a)
    for j in range(a):
        x[j] = m * rates[0, j] * q[j]
    power_changes(network, x, True, change)
    for j in range(a):
        change[j] *= powers[0, j]
    if network.two_sided:
        for j in range(a):
            x[j] = -m * rates[1, j] * q[j]
        power_changes(network, x, True, other)
        for j in range(a):
            change[j] -= powers[1, j] * other[j]


@compiled(reassociate=True)
def move(network: Network, state: BalanceState, q: Vector, balance: Vector) -> bool:
    """Fill in the balance variables after ∫g dt has grown by q, unless one of them blows up.

    Returns whether none does. If one does, no weights follow from them.
    """
    m, every = network.m, True
    if m == 0.0:
        for j in range(q.size):
            balance[j] = state.balance[j] - 2.0 * network.depth * q[j]
        return True
    for j in range(q.size):
        before = state.balance[j]
        up, size = before >= 0.0, abs(before)
        # The side that is larger grows while `ahead` falls, the other one while `behind` does.
        large = m * (state.rates[0, j] if up else state.rates[1, j])
        small = m * (state.rates[1, j] if up else state.rates[0, j])
        moved = q[j] if up else -q[j]
        ahead, behind = 1.0 + large * moved, 1.0 - small * moved
        change = size * behind - (large + small) * moved
        change /= ahead if change >= 0.0 else (1.0 + size) * behind
        inside = ahead > 0.0 and behind > 0.0
        every = every and inside
        balance[j] = change if up else -change
    return every


@compiled(reassociate=True)
def weights_after(network: Network, balance: Matrix, group: Index, q: Matrix) -> Matrix:
    """Weights, shape (M, p), after ∫g dt has grown by the rows of q from balance[group] on."""
    p, most = q.shape[1], (1.0 - 1e-15) / network.m if network.m > 0.0 else inf
    state = BalanceState(np.empty(p), np.zeros((2, p)), np.zeros((2, p)), np.empty(p), np.empty(p))
    w, inside, change = np.empty(q.shape), np.empty(p), np.empty(p)
    for i in range(len(q)):
        if i == 0 or group[i] != group[i - 1]:
            copy(state.balance, balance[group[i]])
            update(network, state)
        for j in range(p):
            # An interpolated q may overshoot the end of a step that stops short of a blow-up.
            inside[j] = max(q[i, j], -most / state.rates[0, j])
            if network.two_sided:
                inside[j] = min(inside[j], most / state.rates[1, j])
        weight_changes(network, state.rates, state.powers, inside, change)
        for j in range(p):
            w[i, j] = state.w[j] + change[j]
    return w
