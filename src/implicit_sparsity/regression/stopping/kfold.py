"""Stop at the least error of K-fold cross-validation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.model_selection import KFold

from implicit_sparsity.checks import whole
from implicit_sparsity.problem import Problem
from implicit_sparsity.regression.stopping.held_out import HeldOut, held_out_errors
from implicit_sparsity.trajectory import Trajectory


def kfold(
    follow: Callable[[Problem], Trajectory],
    problem: Problem,
    folds: int = 5,
    random_state: int | None = None,
) -> HeldOut:
    """Errors of K trajectories, each on the part of the data that it was not fitted to.

    They share an axis of flow time. Its unit is that of X and y (the loss is a mean), so the time
    found also serves for a trajectory on all data. The axis holds all recorded times up to the
    earliest end.

    Parameters
    ----------
    follow : callable
        From a Problem to its trajectory, such as ``lambda part: gradient_flow(part, 3, 1e-2)``.
        Every trajectory must go on beyond the least error.
    problem : Problem
        All data; centre and scale it as you mean to fit it.
    folds : int
        K, from 2 to n.
    random_state : int, optional
        Seed of a shuffle before the data are split; without it, the parts are blocks of rows.

    Returns
    -------
    HeldOut
        The errors on each part, and the time of the least mean error.

    Raises
    ------
    ValueError
        If ``folds`` is out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import Problem, gradient_flow, kfold
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((40, 10))
    >>> problem = Problem(X, X[:, 2] + 0.5 * rng.standard_normal(40))
    >>> held_out = kfold(lambda part: gradient_flow(part, 3, 0.01), problem, folds=4)
    >>> len(held_out.errors)
    4
    >>> path = gradient_flow(problem, 3, 0.01)
    >>> int(path.at(held_out.best_time)[0].argmax())
    2
    """
    if whole("folds", folds, 2) > problem.n:
        raise ValueError(f"folds must be at most {problem.n}, one a sample; got {folds}.")
    splitter = KFold(folds, shuffle=random_state is not None, random_state=random_state)
    paths, tests = [], []
    for train, test in splitter.split(problem.X):
        paths.append(follow(Problem(problem.X[train], problem.y[train])))
        tests.append(Problem(problem.X[test], problem.y[test]))
    axis = np.unique(np.concatenate([path.time for path in paths]))
    return held_out_errors(paths, tests, axis[axis <= min(path.time[-1] for path in paths)])
