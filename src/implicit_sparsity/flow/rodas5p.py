"""The method that gradient flow is integrated with, and the equations of its stages.

**Method.** Rodas5P, a Rosenbrock–Wanner (linearly implicit Runge–Kutta) method: 8 stages, order 5,
with an embedded solution of order 4 for the error and a continuous extension of order 4; stiffly
accurate, A- and L-stable, with little order reduction on stiff problems. Reference: G. Steinebach,
"Construction of Rosenbrock–Wanner method Rodas5P and numerical benchmarks within the Julia
Differential Equations package", BIT Numerical Mathematics 63, 27 (2023). At a tolerance of 1e-4 and
N = 4, methods of order 4 (Rodas4, Rodas4P) took 1.4 times and of order 3 (Rodas3) 2.5 times the
steps here; Rodas5 took as many, with larger errors.

**Equations.** With r = Xw − y the flow is q' = g = (2/n) Xᵀr in the coordinates q of `balance`. So
q = (2/n) Xᵀζ with ζ' = r(w(q)): n equations, whose Jacobian −(2/n) X D Xᵀ, D = −dw/dq the mobility,
is symmetric and never positive. A stage solves (I + SᵀS) ζ = b with S = √(γ h (2/n) D_A) X_Aᵀ. Here
A are the a **columns that matter**; the others hardly move within the step and only ride along. For
a ≤ n this is (I + SSᵀ) κ = Sb in κ = Sζ (Woodbury), from which q_A = √((2/n) / (γ h D_A)) κ follows
without a subtraction: a column that has converged keeps its digits, even if the others wait for
1e20 of its relaxation times. Every stage is ζ = SHARE · h r + Sᵀφ, with the same shares for all
flows; so a step in which nothing moves is exact, and its error estimate is 0.
"""

from __future__ import annotations

from math import expm1

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.coordinates import Shape, State, advance
from implicit_sparsity.problem import Matrix, Vector

#: Weights beyond this count as a blow-up.
HUGE = 1e60

ORDER = 5
GAMMA = 0.21193756319429014
_LAST = [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
         0.030198172008377946]  # fmt: skip
_A = [
    [],
    [3.0],
    [2.849394379747939, 0.45842242204463923],
    [-6.954028509809101, 2.489845061869568, -10.358996098473584],
    [2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641],
    _LAST,
    [*_LAST, 1.0],
    [*_LAST, 1.0, 1.0],
]
_C = [
    [],
    [-14.155112264123755],
    [-17.97296035885952, -2.859693295451294],
    [147.12150275711716, -1.41221402718213, 71.68940251302358],
    [165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306],
    [24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125,
     -0.6610691825249471],
    [30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783,
     -19.097331116725623, -28.087943162872662],
    [37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047,
     -40.06618937091002, -54.66780262877968, -9.48861652309627],
]  # fmt: skip
_H = [
    [25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204,
     0.524948541321073, 1.1241088310450404, 0.4272876194431874, -0.17202221070155493],
    [-9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796,
     20.176138334709044, 15.98066361424651, -6.789040303419874, -6.710236069923372],
    [11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643,
     -52.072871366152654, -59.78993625266729, -0.15582684282751913, 4.883087185713722],
]  # fmt: skip
STAGES = len(_A)
#: Stage i solves (I − γhJ) ζ_i = γ (h r(Σ_j A_ij ζ_j) + Σ_j C_ij ζ_j); the step is STEP · ζ, its
#: error ERROR · ζ, and DENSE are the coefficients of θ, θ(1 − θ), θ²(1 − θ), θ³(1 − θ) within it.
A, C = (np.array([row + [0.0] * (STAGES - len(row)) for row in rows]) for rows in (_A, _C))
STEP = np.array([*_LAST, 1.0, 1.0, 1.0])
ERROR = np.eye(STAGES)[-1]
DENSE = np.array([STEP, *_H])
SHARE = np.zeros(STAGES)
for _stage in range(STAGES):
    SHARE[_stage] = np.round(GAMMA * (1.0 + C[_stage] @ SHARE), 14)


@compiled(reassociate=True)
def add_rows(target: Vector, rows: Matrix, weights: Vector) -> None:
    """target += weights @ rows, for rows of shape (len(weights) or more, n)."""
    for i in range(weights.size):
        weight = weights[i]
        for k in range(target.size):
            target[k] += weight * rows[i, k]


@compiled(reassociate=True)
def dot_rows(target: Vector, rows: Matrix, vector: Vector) -> None:
    """target = rows @ vector."""
    for i in range(target.size):
        total = 0.0
        for k in range(vector.size):
            total += rows[i, k] * vector[k]
        target[i] = total


@compiled(reassociate=True)
def solve(L: Matrix, b: Vector) -> None:
    """b ← (L Lᵀ)⁻¹ b, reading the lower triangle L by rows only."""
    for i in range(b.size):
        total = b[i]
        for k in range(i):
            total -= L[i, k] * b[k]
        b[i] = total / L[i, i]
    for i in range(b.size - 1, -1, -1):
        last = b[i] / L[i, i]
        b[i] = last
        for k in range(i):
            b[k] -= last * L[i, k]


def factor(S: Matrix) -> tuple[Matrix, Matrix]:
    """The smaller of SSᵀ and SᵀS, and by rows the lower triangle L with LLᵀ = I + that."""
    a, n = S.shape
    block = S.T if a <= n else S
    gram = block.T @ block
    if a == 0:
        return gram, gram
    matrix = gram.copy()
    matrix.flat[:: len(matrix) + 1] += 1.0
    # The upper triangle by columns is the lower one by rows.
    upper, failed = lapack.dpotrf(matrix.T, overwrite_a=True, clean=False)
    if failed:
        # Nearly parallel columns, stiffer than 1e16 relaxations a step: QR does not square them.
        stacked = np.vstack([block, np.eye(len(matrix))])
        upper = np.asfortranarray(np.linalg.qr(stacked, mode="r"))
    return gram, upper.T


@compiled(reassociate=True)
def stages(
    shape: Shape,
    state: State,
    h: float,
    slope: float,
    residual: Vector,
    columns: NDArray[np.intp],
    root: Vector,
    S: Matrix,
    gram: Matrix,
    L: Matrix,
    phi: Matrix,
    kappa: Matrix,
) -> bool:
    """Fill in φ and κ = Sζ, (8, a), of the stages ζ = SHARE · h r + Sᵀφ.

    ``root`` is √(γ h (2/n) D_A), and ``gram`` and ``L`` are what `factor` makes of S. False if a
    weight blows up on the way to the argument of a stage.
    """
    depth, excess = shape.depth, shape.excess
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
            moved = powers[0, k] * expm1(depth * advance(rates[0, k], dq, excess))
            if shape.two_sided:
                moved -= powers[1, k] * expm1(depth * advance(rates[1, k], -dq, excess))
            if not abs(moved) < HUGE:
                return False
            phi[i, j] = GAMMA * (h * moved * unit[j] + phi[i, j])
        if a <= n:
            dot_rows(kappa[i], gram, phi[i])
            for j in range(a):
                kappa[i, j] += SHARE[i] * h * start[j]
            solve(L, kappa[i])
        else:
            for k in range(n):
                b[k] = SHARE[i] * h * residual[k]
            add_rows(b, S, phi[i])
            solve(L, b)
            dot_rows(kappa[i], S, b)
        for j in range(a):
            phi[i, j] -= kappa[i, j]
    return True
