"""Incremental learning: the path of the flow as its start goes to 0.

On the rescaled clock

    N = 2:  τ = 2 t / log(1/α),        N > 2:  τ = N (N − 2) α^{N−2} t

the flow then rests at one sparse point after another and jumps between them, for every depth alike.
A coordinate is at 0 until its accumulated gradient S_j = −∫ g_j dτ reaches 1 or −1; then it may
have that sign. At any τ the weights minimise the loss over w_j ≥ 0 where S_j = 1, w_j ≤ 0 where
S_j = −1, and w_j = 0 elsewhere. A coordinate that this leaves at 0 may return to the others. The
path ends at weights of least ℓ1 norm among those of least loss.

The flow is near this path where α is small: like 1 / log(1/α) for N = 2, sooner for N > 2. (The
scale of the clock is derived here, and the path checked against flows. Algorithms of this kind are
in R. Berthier, "Incremental Learning in Diagonal Linear Networks", JMLR 24 (2023), and in S. Pesme
& N. Flammarion, "Saddle-to-Saddle Dynamics in Diagonal Linear Networks", NeurIPS 2023.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

from implicit_sparsity.checks import positive, within
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.theory.escape import drives

#: Jumps for each sample, at most; and the part of the largest initial gradient that counts as 0.
JUMPS, REST = 20, 1e-9


@dataclass(frozen=True, eq=False)
class IncrementalPath:
    """Weights that are constant between jumps.

    Attributes
    ----------
    time : ndarray, shape (K,)
        Rescaled times τ from which on each of the points holds; the first is 0.
    w : ndarray, shape (K, p)
        The points; the first is 0, the last is the end of the path.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import IncrementalPath
    >>> path = IncrementalPath(np.array([0.0, 1.0]), np.array([[0.0], [2.0]]))
    >>> path.at([0.5, 1.5]).ravel().tolist(), path.average([2.0]).ravel().tolist()
    ([0.0, 2.0], [1.0])
    """

    time: Vector
    w: Matrix

    def at(self, times: ArrayLike) -> Matrix:
        """Weights at rescaled times.

        Parameters
        ----------
        times : array_like, shape (M,)
            τ ≥ 0.

        Returns
        -------
        ndarray, shape (M, p)

        Raises
        ------
        ValueError
            If a time is negative or not a number.
        """
        return self.w[self._place(times)[1]]

    def average(self, times: ArrayLike) -> Matrix:
        """Averages of the weights over [0, τ].

        As long as no weight has left the support, they are the Lasso's solutions at the penalty
        λ = 1/τ of (1/n)‖Xw − y‖² + λ‖w‖₁: the gradient at the average is −S(τ)/τ.

        Parameters
        ----------
        times : array_like, shape (M,)
            τ > 0.

        Returns
        -------
        ndarray, shape (M, p)

        Raises
        ------
        ValueError
            If a time is not positive or not a number.

        References
        ----------
        .. [1] R. Berthier, arXiv 2509.18766 (2025), on diagonal networks and the Lasso's path.
        """
        when, index = self._place(times)
        if not (when > 0.0).all():
            raise ValueError("times must be positive, to average over the time before them.")
        total = np.vstack([0 * self.w[:1], np.cumsum(np.diff(self.time)[:, None] * self.w[:-1], 0)])
        passed = (when - self.time[index])[:, None]
        return np.asarray((total[index] + passed * self.w[index]) / when[:, None])

    def _place(self, times: ArrayLike) -> tuple[Vector, NDArray[np.intp]]:
        when = np.atleast_1d(np.asarray(times, dtype=np.float64))
        if when.ndim != 1 or not (when >= 0.0).all():
            raise ValueError("times must be numbers of at least 0, in one dimension.")
        return when, np.searchsorted(self.time, when, side="right") - 1


def incremental_path(problem: Problem) -> IncrementalPath:
    """The path of the flow of every depth N ≥ 2 in the limit of a start at 0.

    Parameters
    ----------
    problem : Problem
        Data of n samples and p coordinates, of which no two reach ±1 at the same time.

    Returns
    -------
    IncrementalPath
        On the rescaled clock of `rescaled_time`.

    Raises
    ------
    ArithmeticError
        If the path does not end within 20 jumps a sample.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import Problem, incremental_path
    >>> path = incremental_path(Problem(np.eye(3) * 3**0.5, [3**0.5, 0.0, -0.5 * 3**0.5]))
    >>> path.time.round(12).tolist()
    [0.0, 0.5, 1.0]
    >>> path.w.round(12).tolist()[1:]
    [[1.0, 0.0, 0.0], [1.0, 0.0, -0.5]]
    """
    X, y, n = problem.X, problem.y, problem.n
    drive = drives(problem)
    rest = REST * float(np.abs(drive).max())
    reached, w, now = np.zeros(problem.p), np.zeros(problem.p), 0.0
    times, points = [now], [w]
    for _ in range(JUMPS * n):
        drive = np.where((w != 0.0) | (np.abs(drive) <= rest), 0.0, drive)
        moving = np.flatnonzero(drive)
        if not moving.size:
            return IncrementalPath(np.array(times), np.array(points))
        left = (np.sign(drive[moving]) - reached[moving]) / drive[moving]
        first = int(left.argmin())
        reached = np.clip(reached + float(left[first]) * drive, -1.0, 1.0)
        reached[moving[first]] = np.sign(drive[moving[first]])
        now += float(left[first])
        w = _constrained(X, y, reached)
        drive = 2 / n * (X.T @ (y - X @ w))
        times.append(now)
        points.append(w)
    raise ArithmeticError(f"The path does not end within {JUMPS * n} jumps; rescale X and y.")


def _constrained(X: Matrix, y: Vector, reached: Vector) -> Vector:
    """Least squares over weights of the signs that ``reached`` allows: ±1, others 0."""
    allowed = np.flatnonzero(np.abs(reached) == 1.0)
    w = np.zeros(reached.size)
    w[allowed] = reached[allowed] * nnls(X[:, allowed] * reached[allowed], y)[0]
    return w


def rescaled_time(time: ArrayLike, depth: float, alpha: float) -> Vector:
    """The rescaled time τ of flow times t, at which a unit gradient makes a coordinate escape.

    Parameters
    ----------
    time : array_like
        Flow times.
    depth : float
        N ≥ 2, any real number.
    alpha : float
        Start α, below 1 for N = 2.

    Returns
    -------
    ndarray
        τ, of the shape of ``time``.

    Raises
    ------
    ValueError
        If depth or start is out of its range.
    """
    depth, alpha = within("depth", depth, 2.0), positive("alpha", alpha)
    t = np.asarray(time, dtype=np.float64)
    if depth > 2.0:
        return np.asarray(t * (depth * (depth - 2.0) * alpha ** (depth - 2.0)))
    return np.asarray(2.0 * t / np.log(1.0 / within("alpha", alpha, 0.0, 0.999)))
