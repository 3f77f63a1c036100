"""The interpolating limit of gradient flow, without following the flow.

Counted from the start, the mirror coordinate of a flow lies in the row space of X: each weight is a
function of its entry of z = Xᵀν, with one ν in Rⁿ for all. With m = N − 2 and a = N / m::

    N = 2:  w = α² (e^z − e^{−z}),                      z = −4 ∫g dt
    N > 2:  w = α^N ((1 − z)^{−a} − (1 + z)^{−a}),      z = −N m α^m ∫g dt,  |z| < 1

A linear part λq beside it, from q = 0 (w = u^N − v^N + λq), has λq = −λ² ∫g dt: a multiple of z.

Without its second term this holds for one-sided networks, whose z has no lower bound. So the limit
at which the data are fitted is the one w of that form with Xw = y. It minimises, among all w that
fit the data, the convex `implicit_norm`. (Derived for this package; the norm is that of
B. Woodworth et al., "Kernel and Rich Regimes in Overparametrized Models", COLT 2020.)

For N > 2 the terms u^N = α^N (1 − z)^{−a} and the slacks s = 1 − z satisfy (u^N)^{m/N} s = α^m.
That is the complementarity of a linear program's interior-point method as N → ∞. Here it is solved
like one: a primal–dual Newton method whose α falls from a large start, where the limit is the
solution of least norm, to the one asked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.optimize import nnls

from implicit_sparsity.checks import positive, within
from implicit_sparsity.problem import Matrix, Problem, Vector

#: Newton steps, at most; the part of the way to the border that one may go; the fall of log α^N
#: that one brings, times m/N for N > 2.
STEPS, TO_BORDER, FALL = 1000, 0.95, 2.0
#: Residuals that count as solved, and rounding, relative to the numbers that they are made of; the
#: steps after which a residual that stays, but is a fit, is due to rounding.
SOLVED, ROUNDING, STAYS = 1e-13, 8 * np.finfo(np.float64).eps, 50
#: For N > 2, α^N and α^m (in units of the weights) below which doubles tell no further difference,
#: and the change of the weights over the three decades before that is still called convergence.
LEAST_POWER, LEAST_SLACK, SETTLED = 1e-15, 1e-10, 1e-6
#: Singular values below this part of the largest count as zero, residuals below this as a fit.
RANK, FITS = 1e-12, 1e-9


class _System(NamedTuple):
    """basis @ w = goal, for weights that are the signed sum of the terms and ``linear`` times z."""

    basis: Matrix
    goal: Vector
    depth: float
    sign: Matrix
    linear: float


class _Point(NamedTuple):
    """An iterate: terms u^N (and v^N) and slacks 1 − z (and 1 + z), shape (sides, p), and z."""

    terms: Matrix
    slack: Matrix
    z: Vector


def interpolating_limit(
    problem: Problem, depth: float, alpha: float, one_sided: bool = False, linear: float = 0.0
) -> Vector:
    """Weights to which the gradient flow from u = v = α tends.

    The flow is that of `gradient_flow`, followed for ever. Where no weights fit y, it fits the part
    of y that lies in the range of X. Nothing is integrated: the cost is that of some dozens of
    products X D Xᵀ, whatever the start.

    Parameters
    ----------
    problem : Problem
        Data of n samples and p coordinates.
    depth : float
        N ≥ 2, any real number.
    alpha : float
        Start α > 0.
    one_sided : bool, default False
        Whether the network is w = u^N rather than u^N − v^N.
    linear : float, default 0
        λ ≥ 0 of a linear part: the network is w = u^N − v^N + λq, from q = 0.

    Returns
    -------
    ndarray, shape (p,)
        Without a linear part, the weights that minimise `implicit_norm` among all that fit the
        data.

    Raises
    ------
    ValueError
        If an argument is out of its range, or no positive weights fit the data of a one-sided
        network, which has no linear part either.
    ArithmeticError
        If double precision does not tell the limit: several weights of least ℓ1 norm fit the data,
        and the start is too small to choose between them.

    Examples
    --------
    >>> from implicit_sparsity import Problem, interpolating_limit
    >>> problem = Problem([[1, 1, 1], [3, 0, 1]], [3, 3])
    >>> interpolating_limit(problem, depth=3, alpha=1e-3).round(4).tolist()
    [0.6581, 1.3162, 1.0258]
    """
    depth, alpha = within("depth", depth, 2.0), positive("alpha", alpha)
    linear = within("linear", linear, 0.0)
    if one_sided and linear:
        raise ValueError("A one-sided network has no linear part here; use one_sided=False.")
    U, singular, basis = np.linalg.svd(problem.X, full_matrices=False)
    rank = int((singular > RANK * singular[0]).sum())
    basis, goal = basis[:rank], (U[:, :rank].T @ problem.y) / singular[:rank]
    # Weights in units of the largest of least norm; α^N then has the same unit.
    unit = float(np.abs(goal @ basis).max(initial=0.0))
    if unit == 0.0:
        return np.full(problem.p, alpha**depth if one_sided else 0.0)
    if one_sided and nnls(basis, goal / unit)[1] > FITS:
        raise ValueError(
            "No positive weights fit the data, so a one-sided network has no interpolating limit; "
            "use one_sided=False."
        )
    log_power = depth * np.log(alpha) - np.log(unit)
    sign = np.array([[1.0]] if one_sided else [[1.0], [-1.0]])
    excess = depth - 2.0
    clock = depth * excess * alpha**excess if excess > 0.0 else 4.0
    system = _System(basis, goal / unit, depth, sign, linear**2 / clock / unit)
    if excess == 0.0:
        return unit * _follow(system, [log_power])[-1]
    least = min(np.log(LEAST_POWER), depth / excess * np.log(LEAST_SLACK))
    if log_power >= least:
        return unit * _follow(system, [log_power])[-1]
    before, w = _follow(system, [least + np.log(1e3), least])
    if np.abs(w - before).max() > SETTLED:
        raise ArithmeticError(
            f"Double precision does not tell the limit at depth {depth:g} from alpha = {alpha:g}: "
            "several weights of least l1 norm fit the data, or nearly do; raise alpha."
        )
    return unit * w


def _follow(system: _System, log_powers: list[float]) -> list[Vector]:
    """Limits at the given log α^N, in falling order."""
    basis, depth, sign = system.basis, system.depth, system.sign
    log_power = max(log_powers[0], 0.0)
    terms = np.full((len(sign), basis.shape[1]), np.exp(log_power))
    point = _Point(terms, np.ones_like(terms), np.zeros(basis.shape[1]))
    fall = FALL * (depth / (depth - 2.0) if depth > 2.0 else 1.0)
    found: list[Vector] = []
    rests = 0
    for _ in range(STEPS):
        size = float(point.terms.max())
        point, share, primal, complementarity = _step(system, point, log_power)
        at_rest = share == 1.0 and complementarity < 1e-9 and log_power == log_powers[len(found)]
        rests = rests + 1 if at_rest else 0
        # With fewer large terms than samples the others are below rounding, and so is what would
        # take the last of the residual away.
        if at_rest and primal <= (FITS if rests > STAYS else SOLVED + ROUNDING * size):
            rests = 0
            found.append(_weights(system, point, log_power))
            if len(found) == len(log_powers):
                return found
        if not point.terms.all():
            break  # a weight goes to zero, faster than doubles can tell
        if share > 0.5:
            log_power = max(log_powers[len(found)], log_power - share * fall)
    raise ArithmeticError(
        "The limit is not found; a one-sided one may have weights of zero, which none of its "
        "networks has; otherwise bring alpha nearer to 1."
    )


def _step(system: _System, point: _Point, log_power: float) -> tuple[_Point, float, float, float]:
    """A damped Newton step: the new point, the part of it taken, and the residuals before it."""
    basis, goal, depth, sign, linear = system
    terms, slack, z = point
    excess = depth - 2.0
    primal = goal - basis @ ((sign * terms).sum(axis=0) + linear * z)
    if excess > 0.0:
        order = excess / depth
        dual = 1.0 - sign * z - slack
        dual[np.abs(dual) <= ROUNDING] = 0.0
        complementarity = order * (log_power - np.log(terms)) - np.log(slack)
        gain = terms / (order * slack)
        shift = terms / order * (complementarity - dual / slack)
    else:
        complementarity = log_power + sign * z - np.log(terms)
        gain, shift = terms, terms * complementarity
    matrix = (basis * (gain.sum(axis=0) + linear)) @ basis.T
    right = primal - basis @ (sign * shift).sum(axis=0)
    try:
        dz = cho_solve(cho_factor(matrix), right) @ basis
    except LinAlgError:
        dz = np.linalg.lstsq(matrix, right, rcond=None)[0] @ basis
    d_terms = shift + sign * gain * dz
    d_slack = dual - sign * dz if excess > 0.0 else np.zeros_like(slack)
    worst = float(max((-d_terms / terms).max(), (-d_slack / slack).max()))
    share = 1.0 if worst <= TO_BORDER else TO_BORDER / worst
    moved = _Point(terms + share * d_terms, slack + share * d_slack, z + share * dz)
    return moved, share, float(np.abs(primal).max()), float(np.abs(complementarity).max())


def _weights(system: _System, point: _Point, log_power: float) -> Vector:
    """Weights at a point: from z where the two terms nearly cancel, else their difference."""
    w: Vector = (system.sign * point.terms).sum(axis=0)
    if len(system.sign) == 1:
        return w
    z = np.where(np.abs(point.z) < 0.5, point.z, 0.0)
    w = np.where(z != 0.0, np.exp(log_power) * scaled_weight(z, system.depth), w)
    return np.asarray(w + system.linear * point.z)


def scaled_weight(z: ArrayLike, depth: float) -> Vector:
    """w / α^N of a two-sided network at mirror coordinates z, any shape: see this module's text."""
    z = np.asarray(z, dtype=np.float64)
    if depth == 2.0:
        return np.asarray(2.0 * np.sinh(z))
    a = depth / (depth - 2.0)
    return np.asarray(np.expm1(-a * np.log1p(-z)) - np.expm1(-a * np.log1p(z)))


def implicit_norm(w: ArrayLike, depth: float, alpha: float) -> float:
    """The function of two-sided weights that the interpolating limit minimises.

    It is Q(w) = Σ_j α^N q(w_j / α^N), where q' is the inverse of `scaled_weight`: for N = 2,
    q(x) = 2 − √(4 + x²) + x asinh(x/2); for every N, q(x) = x z − H(z) at the z of x, where H is
    the integral of `scaled_weight` (Legendre). For α → 0 it goes like the ℓ1 norm (N > 2) or
    log(1/α²) times it (N = 2), for α → ∞ like the squared ℓ2 norm.

    Parameters
    ----------
    w : array_like, shape (p,)
        Weights.
    depth : float
        N ≥ 2, any real number.
    alpha : float
        Start α > 0.

    Returns
    -------
    float
        Q(w), at least 0.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from implicit_sparsity.theory.limits import implicit_norm
    >>> round(implicit_norm([1.0, -2.0], depth=3, alpha=1e-6), 4)
    3.0
    """
    depth, alpha = within("depth", depth, 2.0), positive("alpha", alpha)
    power = alpha**depth
    x = np.abs(np.asarray(w, dtype=np.float64)) / power
    if depth == 2.0:
        # 2 − √(4 + x²), without the cancellation.
        return float(power * np.sum(x * np.arcsinh(x / 2) - x**2 / (2 + np.sqrt(4 + x**2))))
    a, b = depth / (depth - 2.0), 2.0 / (depth - 2.0)
    slack = _slack(x, a)
    z = 1.0 - slack
    # Powers of the slack first, since z is 1 to all digits where x is large.
    integral = (np.expm1(-b * np.log(slack)) + np.expm1(-b * np.log1p(z))) / b
    return float(power * np.sum(x - x * slack - integral))


def _slack(x: Vector, a: float) -> Vector:
    """1 − z of scaled weights x ≥ 0, for N > 2: s^{−a} − (2 − s)^{−a} = x."""
    large = x > 10.0
    slack = (1.0 + x) ** (-1.0 / a)
    z = 1.0 - slack
    for _ in range(60):
        # Where x is large this contracts to the root; elsewhere Newton's method comes from above.
        slack = np.where(large, (x + (2.0 - slack) ** -a) ** (-1.0 / a), slack)
        inner = np.where(large, 0.0, z)
        excess = np.expm1(-a * np.log1p(-inner)) - np.expm1(-a * np.log1p(inner)) - x
        slope = a * ((1.0 - inner) ** (-a - 1.0) + (1.0 + inner) ** (-a - 1.0))
        z = np.where(large, z, inner - excess / slope)
    return np.where(large, slack, 1.0 - z)
