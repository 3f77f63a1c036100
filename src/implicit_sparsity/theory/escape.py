"""Drives of coordinates, and the flow times in which they escape from a small start.

The **drive** of a coordinate is b = −∇L(w)_i, what its factors grow by. It **escapes** when its
weight grows from α^N to the order of the signal. *Derived* marks a formula derived for this package
from the gradient flow of a depth-N diagonal network (see `flow.coordinates`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_sparsity.checks import within
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.theory.levels import SMALLEST


def drives(problem: Problem) -> Vector:
    """Initial drives b = −∇L(0) = (2/n) Xᵀy of the coordinates, shape (p,).

    Derived: with y = Xw* + ξ and nearly orthogonal columns of squared norm n it is 2w*_i + noise.

    Parameters
    ----------
    problem : Problem
        The data.

    Returns
    -------
    array, shape (p,)
        The drives.
    """
    return np.asarray(2 / problem.n * (problem.X.T @ problem.y))


def noise_drives(problem: Problem) -> Vector:
    """Drives (2/n) Xᵀξ, shape (p,), left over once w = w*, where ξ = y − Xw*.

    Derived: they are what moves the other coordinates while the signal is fitted.

    Parameters
    ----------
    problem : Problem
        The data, with their truth.

    Returns
    -------
    array, shape (p,)
        The drives.

    Raises
    ------
    ValueError
        If w_star is not known.
    """
    if problem.w_star is None:
        raise ValueError("The noise is y − X w_star; give the Problem a w_star.")
    noise = problem.y - problem.X @ problem.w_star
    return np.asarray(2 / problem.n * (problem.X.T @ noise))


def escape_time(drive: ArrayLike, depth: float, alpha: float, level: ArrayLike = np.inf) -> Vector:
    """Flow time in which |w_i| grows from 0 to a level under a constant drive b = |g_i|.

    Derived for this package, with m = N − 2: u^{−m} falls linearly, so for N > 2::

        t = α^{−m} (1 − (1 + level/α^N)^{−m/N}) / (m N b),

    neglecting v^N < α^N; for ``level`` = ∞ it is the time of the blow-up, α^{−m} / (m N b). For
    N = 2, where there is none, t = asinh(level / 2α²) / (4b) is exact. Divide by the step size for
    iterations of gradient descent.

    Parameters
    ----------
    drive : array_like
        b; its sign does not matter, and at 0 the time is infinite.
    depth : float
        N ≥ 2, any real number.
    alpha : float
        Start α > 0.
    level : array_like, optional
        Positive, and finite for N = 2.

    Returns
    -------
    array
        Flow times, of the common shape of ``drive`` and ``level``.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    A start ten times smaller delays the escape ten-fold at depth 3, but hardly at depth 2.

    >>> from implicit_sparsity import escape_time
    >>> [float(escape_time(2.0, 3, alpha, 0.5).round(1)) for alpha in (0.01, 0.001)]
    [16.5, 166.5]
    >>> [float(escape_time(2.0, 2, alpha, 0.5).round(1)) for alpha in (0.01, 0.001)]
    [1.1, 1.6]
    """
    depth, alpha = within("depth", depth, 2.0), within("alpha", alpha, SMALLEST)
    b, target = np.abs(np.asarray(drive, dtype=np.float64)), np.asarray(level, dtype=np.float64)
    if not (target > 0).all() or (depth == 2 and np.isinf(target).any()):
        raise ValueError("level must be positive, and finite at depth 2; give a weight to reach.")
    m = depth - 2
    if m > 0:
        grown = -np.expm1(-m / depth * np.log1p(target / alpha**depth))
        time = alpha**-m * grown / (m * depth)
    else:
        time = np.arcsinh(target / (2 * alpha**2)) / 4
    with np.errstate(divide="ignore"):
        return np.asarray(time / b)
