"""Exact gradient descent on a depth-N diagonal linear network."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from implicit_sparsity.descent.run import Descent
from implicit_sparsity.descent.together import gradient_descents
from implicit_sparsity.problem import Problem
from implicit_sparsity.trajectory import DescentTrajectory


def gradient_descent(
    problem: Problem,
    depth: int,
    alpha: float,
    step_size: float,
    iterations: int,
    record_at: Iterable[int] | None = None,
    one_sided: bool = False,
    *,
    tolerance: float = 0.1,
    bound: float | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> DescentTrajectory:
    """Run gradient descent on (1/n)‖X(u^N − v^N) − y‖² over u and v from u = v = α.

    Every iteration is u ← u − η N u^{N−1} ⊙ ∇L(w), v ← v + η N v^{N−1} ⊙ ∇L(w) with
    w = u^N − v^N and ∇L(w) = (2/n) Xᵀ(Xw − y), in double precision.

    Parameters
    ----------
    problem : Problem
        Data of n samples and p coordinates.
    depth : int
        N ≥ 2.
    alpha : float
        Start α > 0.
    step_size : float
        η > 0.
    iterations : int
        Number of iterations, at least 1.
    record_at : iterable of int, optional
        Iterations, increasing within [0, iterations], whose weights are kept besides 0 and the
        last. By default about 200 in geometric progression.
    one_sided : bool, optional
        Train w = u^N, which is the same iteration from v = 0.
    tolerance : float, optional
        Level of ``events.support_reached``.
    bound : float, optional
        Level of ``events.off_support_exceeded``; α^{N/4} by default.
    progress : callable, optional
        Called as ``progress(done, iterations)``, about once a second and at the end.

    Returns
    -------
    DescentTrajectory
        Snapshots, events exact to the iteration, and traces at every ⌈iterations / 32768⌉-th
        iteration and the last. A maximum over no coordinates is 0.

    Raises
    ------
    TypeError
        If problem, one_sided or progress is of another kind.
    ValueError
        If a number is not one, or out of its range.
    DivergenceError
        As soon as the loss is not finite, or exceeds 1e8 times the larger of its initial value
        and the mean of y².

    References
    ----------
    .. [1] J. Li, T. V. Nguyen, C. Hegde & R. K. W. Wong, "Implicit Sparse Regularization: The
       Impact of Depth and Early Stopping", NeurIPS 2021.

    Examples
    --------
    Recover a weight vector with two non-zero entries from 40 samples of 60 coordinates.

    >>> import numpy as np
    >>> from implicit_sparsity import Problem, gradient_descent
    >>> X = np.random.default_rng(0).choice([-1.0, 1.0], (40, 60))
    >>> w_star = np.zeros(60)
    >>> w_star[:2] = 1.0, -0.5
    >>> problem = Problem(X, X @ w_star, w_star)
    >>> path = gradient_descent(problem, depth=3, alpha=0.05, step_size=0.01, iterations=2000)
    >>> path.w[-1, :3].round(2)
    array([ 1. , -0.5,  0. ])
    >>> path.events.support_reached, path.events.off_support_exceeded
    (657, None)
    """
    run = Descent(
        problem,
        depth,
        alpha,
        step_size,
        iterations,
        record_at,
        one_sided,
        tolerance=tolerance,
        bound=bound,
    )
    return gradient_descents([run], progress=progress)[0]
