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
from implicit_sparsity.flow.coordinates import BalanceState, Network, gather, weight_changes
from implicit_sparsity.flow.linear_algebra import add_rows, products, solve_cholesky
from implicit_sparsity.flow.rodas5p import GAMMA, LINEAR, QUADRATIC, SHARE, STAGES, A, C
from implicit_sparsity.problem import Matrix, Vector

#: Weights beyond this count as a blow-up.
MAX_WEIGHT = 1e60
#: F of the stages: combinations of h times r, d₁ and d₂.
IN_TIME = np.stack([SHARE, LINEAR, QUADRATIC], axis=1)


class StageSystem(NamedTuple):
    """The linear system of the stages of a step with a active columns.

    Attributes
    ----------
    columns : array, shape (a,)
        The active columns.
    root : array, shape (a,)
        √(γ h (2/n) D) of these.
    L : array, shape (min(a, n), min(a, n))
        The lower Cholesky factor of I + the smaller of SSᵀ and SᵀS.
    """

    columns: NDArray[np.intp]
    root: Vector
    L: Matrix


@compiled(reassociate=True)
def solve_stages(
    network: Network,
    state: BalanceState,
    system: StageSystem,
    rows: Matrix,
    drive: Matrix,
    h: float,
    slope: float,
    psi: Matrix,
    kappa: Matrix,
) -> bool:
    """Fill in ψ and κ = Sζ, shape (8, a), of the stages ζ = F + Sᵀψ.

    ``rows`` is Xᵀ, and ``drive``, shape (3, n), h times r, d₁ and d₂; ``slope`` is 2/n. False if a
    weight blows up on the way to the argument of a stage.
    """
    columns, root, L = system
    a, n = columns.size, rows.shape[1]
    start, b, q, unit = np.empty((3, a)), np.empty(n), np.empty(a), 1.0 / root
    rates, powers, moved = gather(state, columns)
    if a <= n:
        products(start, rows, columns, drive)
        for i in range(3):
            for j in range(a):
                start[i, j] *= root[j]
    for i in range(STAGES):
        q[:] = 0.0
        add_rows(q, kappa, A[i, :i])
        phi = psi[i]
        phi[:] = 0.0
        add_rows(phi, psi, C[i, :i])
        for j in range(a):
            q[j] *= slope * unit[j]
        weight_changes(network, rates, powers, q, moved)
        for j in range(a):
            if not abs(moved[0, j]) < MAX_WEIGHT:
                return False
            phi[j] = GAMMA * (h * moved[0, j] * unit[j] + phi[j])
        if a <= n:
            for j in range(a):
                kappa[i, j] = phi[j]
                for k in range(3):
                    phi[j] -= IN_TIME[i, k] * start[k, j]
            solve_cholesky(L, phi)
            for j in range(a):
                kappa[i, j] -= phi[j]
        else:
            b[:] = 0.0
            add_rows(b, drive, IN_TIME[i])
            for j in range(a):
                for k in range(n):
                    b[k] += root[j] * phi[j] * rows[columns[j], k]
            solve_cholesky(L, b)
            for j in range(a):
                total = 0.0
                for k in range(n):
                    total += rows[columns[j], k] * b[k]
                kappa[i, j] = root[j] * total
                phi[j] -= kappa[i, j]
    return True
