"""What theory predicts, as plain functions for overlays and tests.

Every docstring tells where its formula stands: *derived* for this package from the gradient flow of
a depth-N diagonal network (see `balance`), drawn by the *authors' code*, or *attributed* to the
paper, Li, Nguyen, Hegde & Wong, "Implicit Sparse Regularization: The Impact of Depth and Early
Stopping", NeurIPS 2021, up to constants that are not known here and that none of these functions
claims.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad
from scipy.optimize import brentq

from implicit_sparsity.checks import within
from implicit_sparsity.flow.coordinates import log_factor
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.theory.levels import SMALLEST, off_support_bound


class Incoherence(NamedTuple):
    """Ingredients of the incoherence condition.

    ``coherence`` μ(X), ``sparsity`` k, ``ratio`` r = max|w*| / min_S|w*| and ``product`` μ k r.
    """

    coherence: float
    sparsity: int
    ratio: float
    product: float


class Window(NamedTuple):
    """Flow times at which the last signal and the first noise coordinate are to escape."""

    start: float
    end: float

    @property
    def ratio(self) -> float:
        """end / start: above 1 there is a window, and it is the wider the larger this is."""
        return self.end / self.start


def incoherence(problem: Problem) -> Incoherence:
    """Coherence of a design against the sparsity and the dynamic range of its truth.

    The theory asks roughly that μ k r be below a constant (attributed to the paper; the constant
    is not known here, so there is no verdict). Designs of 100 × 200 entries ±1 have μ near 0.4.

    Raises
    ------
    ValueError
        If w_star is not known or is zero.
    """
    support = problem.support
    if problem.w_star is None or not support.size:
        raise ValueError("w_star has no non-zero entry; give the Problem a sparse truth.")
    signal = np.abs(problem.w_star[support])
    ratio = float(signal.max() / signal.min())
    k = int(support.size)
    return Incoherence(problem.coherence, k, ratio, problem.coherence * k * ratio)


def drives(problem: Problem) -> Vector:
    """Initial drives b = −∇L(0) = (2/n) Xᵀy, shape (p,): what the coordinates start out along.

    Derived: with y = Xw* + ξ and nearly orthogonal columns of squared norm n it is 2w*_i + noise.
    """
    return np.asarray(2 / problem.n * (problem.X.T @ problem.y))


def noise_drives(problem: Problem) -> Vector:
    """Drives (2/n) Xᵀξ, shape (p,), left over once w = w*, where ξ = y − Xw*.

    Derived: they are what moves the other coordinates while the signal is fitted.

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

    Derived, with m = N − 2: u^{−m} falls linearly, so for N > 2::

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
    level : array_like
        Positive, and finite for N = 2.

    Raises
    ------
    ValueError
        If an argument is out of its range.
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


def orthogonal_time(weight: float, goal: float, depth: float, alpha: float) -> float:
    """Flow time in which a coordinate of an orthogonal design goes from 0 to a weight.

    Derived: if XᵀX/n = I, coordinates do not see each other, g_i = 2 (w_i − c_i) with the least
    squares weight c = Xᵀy/n as ``goal``, and the balance variable of `balance` gives::

        t = ∫ dρ / (2 N (u^m + v^m) (c − w(ρ))),    from ρ = 0 to w(ρ) = weight,

    which is integrated numerically. For N = 2, with β = 2α² and R = √(c² + β²), it is
    (asinh((β² + c w) / (β (c − w))) − asinh(β / c)) / (8R).

    Parameters
    ----------
    weight, goal : float
        0 ≤ weight < goal.
    depth : float
        N ≥ 2, any real number.
    alpha : float
        Start α > 0.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    depth, alpha = within("depth", depth, 2.0), within("alpha", alpha, SMALLEST)
    goal = within("goal", goal, SMALLEST)
    if not 0 <= weight < goal:
        raise ValueError(f"weight must lie within [0, goal = {goal:g}); got {weight!r}.")
    m = depth - 2

    def factors(rho: float) -> tuple[float, float]:
        log = log_factor(rho, m)
        return log, log - rho

    def w(rho: float) -> float:
        log_u, log_v = factors(rho)
        return float(alpha**depth * (np.expm1(depth * log_u) - np.expm1(depth * log_v)))

    def pace(rho: float) -> float:
        rate = sum(depth * alpha**m * np.exp(m * log) for log in factors(rho))
        return float(1 / (2 * rate * (goal - w(rho))))

    end = 1.0
    while w(end) < weight:
        end *= 2.0
    end = brentq(lambda rho: w(rho) - weight, 0.0, end, xtol=1e-14)
    return float(quad(pace, 0.0, end, epsabs=0.0, epsrel=1e-10, limit=500)[0])


def early_stopping_window(
    problem: Problem,
    depth: float,
    alpha: float,
    tolerance: float = 0.1,
    bound: float | None = None,
) -> Window:
    """Predicted edges of the early-stopping window, in flow time.

    Derived: it starts when the last signal coordinate has come within ``tolerance`` of its true
    weight, and ends when the first noise coordinate passes ``bound``, α^{N/4} by default. Every
    coordinate is taken to grow on its own, at the constant drive that it has once the others are
    fitted: 2|w*_i| and its part of the noise on the support, the noise alone off it. So it is a
    prediction for designs with nearly orthogonal columns of squared norm n. For N > 2 both edges go
    like α^{−(N−2)} and their ratio tends to that of the drives; for N = 2 they go like log(1/α).

    Returns
    -------
    Window
        Its start is infinite if noise overwhelms a signal, its end if there is no noise.

    Raises
    ------
    ValueError
        If w_star is not known or zero, or an argument is out of its range.
    """
    incoherence(problem)
    tolerance = within("tolerance", tolerance, 0.0)
    level = off_support_bound(depth, alpha) if bound is None else within("bound", bound, SMALLEST)
    noise, support = noise_drives(problem), problem.support
    truth = np.asarray(problem.w_star)[support]
    signal = np.maximum(2 * np.abs(truth) + np.sign(truth) * noise[support], 0.0)
    goal = np.abs(truth) - tolerance
    start = escape_time(signal, depth, alpha, np.maximum(goal, SMALLEST))[goal > 0]
    end = escape_time(np.delete(noise, support), depth, alpha, level)
    return Window(float(start.max(initial=0.0)), float(end.min(initial=np.inf)))
