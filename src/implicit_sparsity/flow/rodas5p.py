"""Rodas5P, the Rosenbrock–Wanner method that gradient flow is integrated with: its coefficients.

A Rosenbrock–Wanner method is a linearly implicit Runge–Kutta method. This one has 8 stages and
order 5, an embedded solution of order 4 for the error estimate and a continuous extension of order
4. It is stiffly accurate, A- and L-stable, with little order reduction on stiff problems [1]_.

At a tolerance of 1e-4 and N = 4, methods of order 4 (Rodas4, Rodas4P) took 1.4 times and of order 3
(Rodas3) 2.5 times the steps here; Rodas5 took as many, with larger errors.

References
----------
.. [1] G. Steinebach, "Construction of Rosenbrock–Wanner method Rodas5P and numerical benchmarks
   within the Julia Differential Equations package", BIT Numerical Mathematics 63, 27 (2023).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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


def _response(load: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ζ / h of all stages to a right-hand side of these values at the stages and J = 0."""
    response = np.zeros(STAGES)
    for i in range(STAGES):
        response[i] = np.round(GAMMA * (load[i] + C[i] @ response), 14)
    return response


#: The stages of ζ' = 1 are SHARE · h, and those of ζ' = t and ζ' = t² are LINEAR · h² and
#: QUADRATIC · h³: a right-hand side may have a part that is given in time.
SHARE = _response(np.ones(STAGES))
_TIMES = A @ SHARE
LINEAR, QUADRATIC = _response(_TIMES + SHARE), _response(_TIMES**2)
#: What the coefficients of the dense output make of these three, shape (4, 3).
DENSE_IN_TIME = np.round(DENSE @ np.stack([SHARE, LINEAR, QUADRATIC], axis=1), 10)
