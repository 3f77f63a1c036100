"""The stages of a step of Rodas5P on a gradient flow.

With r = Xw − y the flow is q' = g = (2/n) Xᵀr in the coordinates q of `coordinates`. So
q = (2/n) Xᵀζ with ζ' = r(w(q)): n equations, whose Jacobian −(2/n) X D Xᵀ, D = −dw/dq the mobility,
is symmetric and never positive. A stage solves (I + SᵀS) ζ = b with S = √(γ h (2/n) D_A) X_Aᵀ. Here
A are the a active columns of `columns`; what the others add to r is given in time. Every stage is
ζ = F + Sᵀψ: F what comes of r at the start and of what is given in time, the same combinations of
the three for all flows, and ψ = φ − κ with κ = Sζ and φ what the stage says of A. For a ≤ n this is
(I + SSᵀ) ψ = φ − SF (Woodbury), from which q_A = √((2/n) / (γ h D_A)) κ: a column that has
converged keeps its digits, even if the others wait for 1e20 of its relaxation times. And a step in
which nothing moves is exact, and its error estimate is 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.changes import weight_changes
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.linear_algebra import add, add_rows, dot, products, solve_cholesky
from implicit_sparsity.flow.rodas5p import GAMMA, LINEAR, QUADRATIC, SHARE, STAGES, A, C
from implicit_sparsity.problem import Matrix, Vector

#: Columns of a block, which stays in the cache.
BLOCK = 32
#: Weights beyond this count as a blow-up.
MAX_WEIGHT = 1e60
#: F of the stages: combinations of h times r, d₁ and d₂.
IN_TIME = np.stack([SHARE, LINEAR, QUADRATIC], axis=1)


class StageSystem(NamedTuple):
    """The linear system of the stages of a step h with a active columns.

    Attributes
    ----------
    h : float
        The step.
    rows : array, shape (p, n)
        Xᵀ.
    columns : array, shape (a,)
        The active columns.
    root, reach : array, shape (a,)
        √(γ h (2/n) D c) of these, and c (2/n) over it: q = reach · κ.
    L : array, shape (min(a, n), min(a, n))
        The lower Cholesky factor of I + the smaller of SSᵀ and SᵀS.
    rates, powers : array, shape (2, a)
        Those of the active columns at the start of the step.
    """

    h: float
    rows: Matrix
    columns: NDArray[np.intp]
    root: Vector
    reach: Vector
    L: Matrix
    rates: Matrix
    powers: Matrix


@compiled(reassociate=True)
def solve_stages(
    network: Network, system: StageSystem, given: Matrix, psi: Matrix, kappa: Matrix
) -> bool:
    """Fill in ψ and κ = Sζ, shape (8, a), of the stages ζ = F + Sᵀψ.

    ``given``, shape (3, n), is h times r, d₁ and d₂. False if a weight blows up on the way to the
    argument of a stage.
    """
    root, a = system.root, system.root.size
    if a > system.rows.shape[1]:
        return solve_by_samples(network, system, given, psi, kappa)
    start = np.empty((3, a))
    products(start, system.rows, system.columns, given)
    for i in range(STAGES):
        if not right_side(network, system, i, 0, a, psi, kappa):
            return False
        for j in range(a):
            kappa[i, j] = psi[i, j]
            in_time = IN_TIME[i, 0] * start[0, j] + IN_TIME[i, 1] * start[1, j]
            psi[i, j] -= root[j] * (in_time + IN_TIME[i, 2] * start[2, j])
        solve_cholesky(system.L, psi[i])
        for j in range(a):
            kappa[i, j] -= psi[i, j]
    return True


@compiled(reassociate=True)
def right_side(
    network: Network,
    system: StageSystem,
    i: int,
    first: int,
    last: int,
    psi: Matrix,
    kappa: Matrix,
) -> bool:
    """Fill in φ of stage i, as ``psi[i]``, for some of the active columns; False on a blow-up."""
    root, reach = system.root[first:last], system.reach[first:last]
    q, phi, moved = np.zeros(root.size), psi[i, first:last], np.zeros(root.size)
    if i > 0:
        for s in range(i):
            add(q, kappa[s, first:last], A[i, s])
        for j in range(q.size):
            q[j] *= reach[j]
        rates, powers = system.rates[:, first:last], system.powers[:, first:last]
        weight_changes(network, rates.copy(), powers.copy(), q, moved)
    phi[:] = 0.0
    for s in range(i):
        add(phi, psi[s, first:last], C[i, s])
    for j in range(q.size):
        phi[j] = GAMMA * (system.h * moved[j] / root[j] + phi[j])
    return bounded(moved)


@compiled(reassociate=True)
def bounded(w: Vector) -> bool:
    """Whether all weights are numbers, and none is a blow-up."""
    inside = True
    for j in range(w.size):
        inside = inside and abs(w[j]) < MAX_WEIGHT
    return inside


@compiled(reassociate=True)
def solve_by_samples(
    network: Network, system: StageSystem, given: Matrix, psi: Matrix, kappa: Matrix
) -> bool:
    """`solve_stages` for a > n, by (I + SᵀS) ζ = F + Sᵀφ, which reads S once a stage, in blocks."""
    columns, root, rows = system.columns, system.root, system.rows
    a, n = columns.size, rows.shape[1]
    zeta, b = np.zeros(n), np.empty(n)
    for i in range(STAGES + 1):
        b[:] = 0.0
        if i < STAGES:
            add_rows(b, given, IN_TIME[i])
        for first in range(0, a, BLOCK):
            last = min(first + BLOCK, a)
            for j in range(first, last if i > 0 else first):
                kappa[i - 1, j] = root[j] * dot(rows[columns[j]], zeta)
                psi[i - 1, j] -= kappa[i - 1, j]
            if i < STAGES:
                if not right_side(network, system, i, first, last, psi, kappa):
                    return False
                for j in range(first, last):
                    add(b, rows[columns[j]], root[j] * psi[i, j])
        if i < STAGES:
            zeta, b = b, zeta
            solve_cholesky(system.L, zeta)
    return True
