"""The incoherence condition: how correlated a design is for the sparsity of its truth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from implicit_sparsity.problem import Problem


class Incoherence(NamedTuple):
    """Ingredients of the incoherence condition.

    Attributes
    ----------
    coherence : float
        μ(X) = max over i ≠ j of |⟨X_i, X_j⟩| / (‖X_i‖ ‖X_j‖).
    sparsity : int
        k, the number of non-zero entries of w*.
    ratio : float
        r = max|w*| / min|w*| over the support.
    product : float
        μ k r.
    """

    coherence: float
    sparsity: int
    ratio: float
    product: float


def incoherence(problem: Problem) -> Incoherence:
    """Coherence of a design against the sparsity and the dynamic range of its truth.

    The theory asks roughly that μ k r be below a constant (attributed to the paper [1]_; the
    constant is not known here, so there is no verdict). Designs of 100 × 200 entries ±1 have μ near
    0.4.

    Parameters
    ----------
    problem : Problem
        The data, with a truth that is not zero.

    Returns
    -------
    Incoherence
        μ, k, r and their product.

    Raises
    ------
    ValueError
        If w_star is not known or is zero.

    References
    ----------
    .. [1] J. Li, T. V. Nguyen, C. Hegde & R. K. W. Wong, "Implicit Sparse Regularization: The
       Impact of Depth and Early Stopping", NeurIPS 2021.

    Examples
    --------
    >>> from implicit_sparsity import Problem, incoherence
    >>> problem = Problem([[3.0, 3.0], [4.0, -4.0]], [1.0, 1.0], w_star=[2.0, 0.0])
    >>> condition = incoherence(problem)
    >>> condition.sparsity, round(condition.product, 2)
    (1, 0.28)
    """
    support = problem.support
    if problem.w_star is None or not support.size:
        raise ValueError("w_star has no non-zero entry; give the Problem a sparse truth.")
    signal = np.abs(problem.w_star[support])
    ratio = float(signal.max() / signal.min())
    k = int(support.size)
    return Incoherence(problem.coherence, k, ratio, problem.coherence * k * ratio)
