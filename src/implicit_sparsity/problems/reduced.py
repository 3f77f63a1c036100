"""A smaller problem with the same gradients."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.problem import Problem


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
    both = np.linalg.qr(np.column_stack([problem.X, problem.y]), mode="r")[:p] * np.sqrt(p / n)
    return Problem(both[:, :p], both[:, p], problem.w_star)
