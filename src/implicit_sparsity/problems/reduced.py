"""A smaller problem with the same gradients."""

from __future__ import annotations

import numpy as np
from scipy.linalg import lapack

from implicit_sparsity.problem import Matrix, Problem, Vector

#: The Gram matrix is not used if its reciprocal condition number is below this.
ILL_CONDITIONED = 1e-6


def reduced(problem: Problem) -> Problem:
    """A problem with as many samples as columns, if there are more, and the same gradients.

    Derived: with X = QR, (X, y) may be replaced by √(p/n) (R, Qᵀy). It leaves XᵀX/n and Xᵀy/n as
    they are, and so the gradient (2/n) Xᵀ(Xw − y), the coherence and least squares. The loss is
    smaller by what no weights fit.

    Parameters
    ----------
    problem : Problem
        n samples of p columns.

    Returns
    -------
    Problem
        The same problem if n ≤ p.
    """
    n, p = problem.n, problem.p
    if n <= p:
        return problem
    R, rotated = _triangle(problem.X, problem.y)
    scale = np.sqrt(p / n)
    return Problem(scale * R, scale * rotated, problem.w_star)


def _triangle(X: Matrix, y: Vector) -> tuple[Matrix, Vector]:
    """R and Qᵀy of a factorisation X = QR.

    R is also the Cholesky factor of XᵀX, which takes a fifth of the time. But then least squares
    lose twice as many digits as the condition number has, not once, so that it is only for designs
    that are far from collinear.
    """
    gram = X.T @ X
    R, failed = lapack.dpotrf(gram)
    if not failed and lapack.dpocon(R, np.linalg.norm(gram, 1))[0] >= ILL_CONDITIONED:
        return R, lapack.dtrtrs(R, X.T @ y, trans=1)[0]
    both = np.asarray(np.linalg.qr(np.column_stack([X, y]), mode="r"))[: X.shape[1]]
    return both[:, :-1], both[:, -1]
