"""The time of a coordinate on an orthogonal design, where coordinates do not see each other."""

from __future__ import annotations

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from implicit_sparsity.checks import within
from implicit_sparsity.flow.coordinates import log_factor
from implicit_sparsity.theory.levels import SMALLEST


def orthogonal_time(weight: float, goal: float, depth: float, alpha: float) -> float:
    """Flow time in which a coordinate of an orthogonal design goes from 0 to a weight.

    Derived for this package: if XᵀX/n = I, coordinates do not see each other, g_i = 2 (w_i − c_i)
    with the least squares weight c = Xᵀy/n as ``goal``, and the balance variable of
    `flow.coordinates` gives::

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

    Returns
    -------
    float
        The flow time.

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

    def time_per_rho(rho: float) -> float:
        rate = sum(depth * alpha**m * np.exp(m * log) for log in factors(rho))
        return float(1 / (2 * rate * (goal - w(rho))))

    end = 1.0
    while w(end) < weight:
        end *= 2.0
    end = brentq(lambda rho: w(rho) - weight, 0.0, end, xtol=1e-14)
    return float(quad(time_per_rho, 0.0, end, epsabs=0.0, epsrel=1e-10, limit=500)[0])
