"""Stop once the residual is down to the noise."""

from __future__ import annotations

from scipy.optimize import brentq

from implicit_sparsity.checks import within
from implicit_sparsity.metrics import mean_squared_error
from implicit_sparsity.problem import Problem
from implicit_sparsity.regression.noise import noise_level
from implicit_sparsity.trajectory import Trajectory


def discrepancy_time(
    path: Trajectory, problem: Problem, sigma: float | None = None, tau: float = 1.0
) -> float | None:
    """First time at which the residual is down to the noise, ‖Xw − y‖² ≤ τ² n σ².

    As weights are fitted to part of the noise, this is rather early: the coordinate that escapes
    last may not have reached its value.

    Parameters
    ----------
    path : Trajectory
        A trajectory on the problem's data, along which the loss falls.
    problem : Problem
        The data.
    sigma : float, optional
        Standard deviation of the noise; by default what `noise_level` estimates.
    tau : float
        A safety factor, 1 or a little more.

    Returns
    -------
    float or None
        Flow time; refined on dense output, else a recorded time. None if the trajectory ends
        before.

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

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import Problem, discrepancy_time, gradient_flow
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((40, 10))
    >>> problem = Problem(X, X[:, 2] + 0.5 * rng.standard_normal(40))
    >>> path = gradient_flow(problem, depth=3, alpha=0.01)
    >>> time = discrepancy_time(path, problem, sigma=0.6)
    >>> residual = problem.X @ path.at(time)[0] - problem.y
    >>> round(float(np.sqrt(np.mean(residual**2))), 6)
    0.6
    """
    sigma = noise_level(problem) if sigma is None else within("sigma", sigma, 0.0)
    level = (within("tau", tau, 0.0) * sigma) ** 2
    reached = mean_squared_error(problem, path.w) <= level
    first = int(reached.argmax())
    if not reached[first]:
        return None
    if first == 0 or not path.dense_output:
        return float(path.time[first])

    def above_level(time: float) -> float:
        return float(mean_squared_error(problem, path.at(time))[0]) - level

    low, high = float(path.time[first - 1]), float(path.time[first])
    if above_level(low) <= 0.0:
        return low
    if above_level(high) >= 0.0:
        return high
    return float(brentq(above_level, low, high, xtol=1e-12 * high))
