"""Stop at the least error on samples that are held out."""

from __future__ import annotations

from implicit_sparsity.problem import Problem
from implicit_sparsity.regression.stopping.held_out import HeldOut, held_out_errors
from implicit_sparsity.trajectory import Trajectory


def holdout(path: Trajectory, test: Problem) -> HeldOut:
    """Errors of a trajectory on samples that it was not fitted to, and when they are least.

    Parameters
    ----------
    path : Trajectory
        A trajectory of gradient descent or flow.
    test : Problem
        The held-out samples, with the same columns.

    Returns
    -------
    HeldOut
        The errors at all recorded times, and the time of the least.

    Raises
    ------
    ValueError
        If the held-out samples have another number of columns.

    References
    ----------
    .. [1] Y. Yao, L. Rosasco & A. Caponnetto, "On Early Stopping in Gradient Descent Learning",
       Constructive Approximation 26, 289–315 (2007): early stopping as regularisation.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import Problem, gradient_flow, holdout
    >>> rng = np.random.default_rng(0)
    >>> w = np.array([1.0, 0.0, 0.0, -1.0, 0.0])
    >>> X, noise = rng.standard_normal((20, 5)), rng.standard_normal(20)
    >>> train, test = (Problem(X[i], X[i] @ w + noise[i]) for i in (slice(10), slice(10, 20)))
    >>> path = gradient_flow(train, depth=3, alpha=0.01)
    >>> held_out = holdout(path, test)
    >>> held_out.errors.shape == (1, path.time.size)
    True
    >>> bool(0 < held_out.best_time < path.time[-1])
    True
    """
    return held_out_errors([path], [test], path.time)
