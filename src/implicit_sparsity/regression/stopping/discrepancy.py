"""When to stop without the truth: once the residual is down to the noise, on any path."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from implicit_sparsity.checks import within
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.regression.noise import noise_level
from implicit_sparsity.trajectory import Trajectory


def discrepancy_time(
    path: Trajectory, problem: Problem, sigma: float | None = None, tau: float = 1.0
) -> float | None:
    """First time at which the residual is down to the noise, ‖Xw − y‖² ≤ τ² n σ².

    As weights are fitted to part of the noise, this is on the early side: the coordinate that
    escapes last may be caught on its way.

    Parameters
    ----------
    path : Trajectory
        A path on the problem's data, along which the loss falls.
    problem : Problem
        The data.
    sigma : float, optional
        Standard deviation of the noise; by default what `noise_level` estimates.
    tau : float
        A safety factor, 1 or a little more.

    Returns
    -------
    float or None
        Flow time; refined on dense output, else a recorded time. None if the path ends before.

    Raises
    ------
    ValueError
        If ``sigma`` or ``tau`` is negative or the problem has another number of columns.

    References
    ----------
    .. [1] V. A. Morozov, "On the solution of functional equations by the method of
       regularization", Soviet Mathematics Doklady 7, 414–417 (1966).
    .. [2] G. Blanchard, M. Hoffmann & M. Reiß, "Optimal adaptation for early stopping in
       statistical inverse problems", SIAM/ASA J. Uncertainty Quantification 6, 1043–1075 (2018):
       stop where ‖Xw − y‖² is nσ², with noise of that size in the data.
    .. [3] G. Raskutti, M. J. Wainwright & B. Yu, "Early stopping and non-parametric regression: an
       optimal data-dependent stopping rule", JMLR 15, 335–366 (2014).
    """
    sigma = noise_level(problem) if sigma is None else within("sigma", sigma, 0.0)
    level = (within("tau", tau, 0.0) * sigma) ** 2
    reached = mean_squared(problem, path.w) <= level
    first = int(reached.argmax())
    if not reached[first]:
        return None
    if first == 0 or not path.dense_output:
        return float(path.time[first])

    def surplus(time: float) -> float:
        return float(mean_squared(problem, path.at(time))[0]) - level

    low, high = float(path.time[first - 1]), float(path.time[first])
    if surplus(low) <= 0.0:
        return low
    return float(brentq(surplus, low, high, xtol=1e-12 * high)) if surplus(high) < 0.0 else high


def mean_squared(problem: Problem, w: Matrix) -> Vector:
    """(1/n)‖Xw − y‖² for each row of w, (M, p); shape (M,).

    Raises
    ------
    ValueError
        If w has another number of columns than X.
    """
    if w.shape[1] != problem.p:
        raise ValueError(
            f"The problem has {problem.p} columns but the path {w.shape[1]} weights; "
            "use the columns that the path was fitted to."
        )
    return np.asarray(np.square(w @ problem.X.T - problem.y).mean(axis=1))
