"""Basis pursuit: the weights of least ℓ1 norm that fit the data."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from implicit_sparsity.problem import Problem, Vector

#: Singular values below this part of the largest count as zero, weights below this part as well.
RANK, ZERO = 1e-12, 1e-7


def basis_pursuit(problem: Problem) -> Vector:
    """Weights of least ℓ1 norm among those that fit the data.

    It is what the interpolating limits of networks of every depth tend to as the start goes to 0.
    Solved as a linear program in w = a − b with a, b ≥ 0, by the simplex method of HiGHS, whose
    solution has at most n weights that are not zero; these are then fitted to rounding.

    Parameters
    ----------
    problem : Problem
        Data of n samples and p columns. Where no weights fit y, those fit the part of y that lies
        in the range of X.

    Returns
    -------
    ndarray, shape (p,)
        The weights; one of them if several have the least norm.

    References
    ----------
    .. [1] S. Chen, D. Donoho & M. Saunders, SIAM J. Sci. Comput. 20 (1998).

    Examples
    --------
    >>> from implicit_sparsity import Problem, basis_pursuit
    >>> basis_pursuit(Problem([[1.0, 0.5, 0.2], [0.0, 1.0, 0.3]], [1.0, 1.5])).round(3).tolist()
    [0.25, 1.5, 0.0]
    """
    U, singular, basis = np.linalg.svd(problem.X, full_matrices=False)
    rank = int((singular > RANK * singular[0]).sum())
    basis, goal = basis[:rank], (U[:, :rank].T @ problem.y) / singular[:rank]
    unit = float(np.abs(goal).max(initial=0.0))
    if unit == 0.0:
        return np.zeros(problem.p)
    found = linprog(
        np.ones(2 * problem.p), A_eq=np.hstack([basis, -basis]), b_eq=goal / unit, method="highs-ds"
    ).x
    w = found[: problem.p] - found[problem.p :]
    used = np.abs(w) > ZERO * np.abs(w).max()
    w = np.zeros(problem.p)
    w[used] = np.linalg.lstsq(basis[:, used], goal)[0]
    return w
