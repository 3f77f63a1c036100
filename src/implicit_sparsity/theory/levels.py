"""Levels of error and noise that theory names, in closed form.

*Derived* marks a formula derived for this package, *attributed* one of the paper, Li, Nguyen,
Hegde & Wong, "Implicit Sparse Regularization: The Impact of Depth and Early Stopping", NeurIPS
2021, up to constants that are not known here and that none of these functions claims.
"""

from __future__ import annotations

import math

from implicit_sparsity.checks import whole, within

#: The least number that counts as positive.
SMALLEST = 1e-300


def universal_level(n: int, p: int, sigma: float) -> float:
    """Level σ √(2 log p / n), which bounds what noise does to a weight.

    Derived: for columns of squared norm n and Gaussian noise it is, up to lower orders, the
    expected largest of p entries of |Xᵀξ| / n, half of the largest noise drive.

    Parameters
    ----------
    n, p : int
        Samples, and coordinates (at least 2).
    sigma : float
        Standard deviation of the noise.

    Returns
    -------
    float
        The level.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    n, p = whole("n", n), whole("p", p, 2)
    return within("sigma", sigma, 0.0) * math.sqrt(2 * math.log(p) / n)


def minimax_rate(n: int, p: int, k: int, sigma: float) -> float:
    """Rate k σ² log(p) / n, the order of the squared error ‖w − w*‖² of sparse recovery.

    Attributed to the paper, for early-stopped gradient descent, as an order of magnitude: the
    constant is not known here, and 1 is not it.

    Parameters
    ----------
    n, p : int
        Samples, and coordinates (at least 2).
    k : int
        Number of non-zero entries of w*.
    sigma : float
        Standard deviation of the noise.

    Returns
    -------
    float
        The rate.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from implicit_sparsity import minimax_rate
    >>> round(minimax_rate(n=100, p=200, k=5, sigma=0.5), 3)
    0.066
    """
    n, p, k = whole("n", n), whole("p", p, 2), whole("k", k)
    return k * within("sigma", sigma, 0.0) ** 2 * math.log(p) / n


def off_support_bound(depth: float, alpha: float) -> float:
    """Level α^{N/4} that weights off the support are to stay below within the window.

    Drawn by the authors' code; attributed to the paper.

    Parameters
    ----------
    depth : float
        N ≥ 2, any real number.
    alpha : float
        Start α > 0.

    Returns
    -------
    float
        The level.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    return float(within("alpha", alpha, SMALLEST) ** (within("depth", depth, 2.0) / 4))
