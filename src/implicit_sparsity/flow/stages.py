"""The stages of a step of Rodas5P on a gradient flow.

With r = Xw − y the flow is q' = g = (2/n) Xᵀr in the coordinates q of `coordinates`. So
q = (2/n) Xᵀζ with ζ' = r(w(q)): n equations, whose Jacobian −(2/n) X D Xᵀ, D = −dw/dq the mobility,
is symmetric and never positive. A stage solves (I + SᵀS) ζ = b with S = √(γ h (2/n) D_A) X_Aᵀ. Here
A are the a **active columns**; the others hardly move within the step and are treated explicitly.
For a ≤ n this is (I + SSᵀ) κ = Sb in κ = Sζ (Woodbury), from which q_A = √((2/n) / (γ h D_A)) κ
follows without a subtraction: a column that has converged keeps its digits, even if the others wait
for 1e20 of its relaxation times. Every stage is ζ = SHARE · h r + Sᵀφ, with the same shares for all
flows; so a step in which nothing moves is exact, and its error estimate is 0.
"""

from __future__ import annotations

from math import expm1
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.coordinates import BalanceState, Network, log_factor_change
from implicit_sparsity.flow.linear_algebra import add_rows, dot_rows, solve_cholesky
from implicit_sparsity.flow.rodas5p import GAMMA, SHARE, STAGES, A, C
from implicit_sparsity.problem import Matrix, Vector

#: Weights beyond this count as a blow-up.
MAX_WEIGHT = 1e60


class StageSystem(NamedTuple):
    """The linear system of the stages of a step with a active columns.

    Attributes
    ----------
    columns : array, shape (a,)
        The active columns.
    root : array, shape (a,)
        √(γ h (2/n) D) of these.
    S : array, shape (a, n)
        Rows of Xᵀ times their roots.
    gram, L : array, shape (min(a, n), min(a, n))
        The smaller of SSᵀ and SᵀS, and the lower Cholesky factor of I + that.
    """

    columns: NDArray[np.intp]
    root: Vector
    S: Matrix
    gram: Matrix
    L: Matrix


@compiled(reassociate=True)
def solve_stages(
    network: Network,
    state: BalanceState,
    system: StageSystem,
    residual: Vector,
    h: float,
    slope: float,
    phi: Matrix,
    kappa: Matrix,
) -> bool:
    """Fill in φ and κ = Sζ, shape (8, a), of the stages ζ = SHARE · h r + Sᵀφ.

    ``slope`` is 2/n. False if a weight blows up on the way to the argument of a stage.
    """
    depth, m = network.depth, network.m
    columns, root, S, gram, L = system
    rates, powers = state.rates, state.powers
    a, n = S.shape
    start, b, q, unit = np.empty(a), np.empty(n), np.empty(a), 1.0 / root
    dot_rows(start, S, residual)
    for i in range(STAGES):
        q[:] = 0.0
        add_rows(q, kappa, A[i, :i])
        phi[i] = 0.0
        add_rows(phi[i], phi, C[i, :i])
        for j in range(a):
            dq = slope * unit[j] * q[j]
            k = columns[j]
            moved = powers[0, k] * expm1(depth * log_factor_change(rates[0, k], dq, m))
            if network.two_sided:
                moved -= powers[1, k] * expm1(depth * log_factor_change(rates[1, k], -dq, m))
            if not abs(moved) < MAX_WEIGHT:
                return False
            phi[i, j] = GAMMA * (h * moved * unit[j] + phi[i, j])
        if a <= n:
            dot_rows(kappa[i], gram, phi[i])
            for j in range(a):
                kappa[i, j] += SHARE[i] * h * start[j]
            solve_cholesky(L, kappa[i])
        else:
            for k in range(n):
                b[k] = SHARE[i] * h * residual[k]
            add_rows(b, S, phi[i])
            solve_cholesky(L, b)
            dot_rows(kappa[i], S, b)
        for j in range(a):
            phi[i, j] -= kappa[i, j]
    return True
