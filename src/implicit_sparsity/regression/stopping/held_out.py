"""When to stop without the truth: hold-out and K-fold, on any path.

Where a path has dense output (gradient flow), times are refined on it; else they are recorded ones
(of gradient descent: what `record_at` kept).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.model_selection import KFold

from implicit_sparsity.checks import whole
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.regression.stopping.discrepancy import mean_squared
from implicit_sparsity.trajectory import Trajectory


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Errors on data that a path has not seen, along flow time.

    Attributes
    ----------
    time : (T,) flow times, increasing.
    errors : (K, T) mean squared error of every held-out part.
    weights : (K,) share of the parts in the mean, that of their samples, summing to 1.
    best_time : flow time of the least mean error.
    """

    time: Vector
    errors: Matrix
    weights: Vector
    best_time: float

    @property
    def error(self) -> Vector:
        """(T,) mean squared errors over all held-out samples."""
        return np.asarray(self.weights @ self.errors)

    @property
    def standard_error(self) -> Vector:
        """(T,) standard errors of these means, from the spread over the parts; 0 for one part."""
        parts = len(self.errors)
        if parts == 1:
            return np.zeros(self.time.size)
        spread = self.weights @ np.square(self.errors - self.error)
        return np.sqrt(spread / (parts - 1))

    def first_within(self, standard_errors: float) -> float:
        """The first time whose error is at most so many standard errors above the least.

        With 0 it is the first of the least errors; with 1 it is the rule of Breiman, Friedman,
        Olshen & Stone, "Classification and Regression Trees" (1984), section 3.4.3.
        """
        error, least = self.error, int(self.error.argmin())
        level = error[least] + standard_errors * self.standard_error[least]
        return float(self.time[int((error <= level).argmax())])


def holdout(path: Trajectory, test: Problem) -> HeldOut:
    """Errors of a path on samples that it was not fitted to, and when they are least.

    Raises
    ------
    ValueError
        If the test problem has another number of columns.

    References
    ----------
    .. [1] Y. Yao, L. Rosasco & A. Caponnetto, "On Early Stopping in Gradient Descent Learning",
       Constructive Approximation 26, 289–315 (2007): early stopping as regularisation.
    """
    return _held_out([path], [test], path.time)


def kfold(
    follow: Callable[[Problem], Trajectory],
    problem: Problem,
    folds: int = 5,
    random_state: int | None = None,
) -> HeldOut:
    """Errors of K paths, each on the part of the data it was not fitted to, on a common time axis.

    The axis is flow time, whose unit is that of X and y (the loss is a mean), so that the time
    found serves for the path on all data. It holds all recorded times up to the earliest end.

    Parameters
    ----------
    follow : callable
        From a Problem to its path, such as ``lambda part: gradient_flow(part, 3, 1e-2)``. Every
        path must go on beyond the least error.
    problem : Problem
        All data; centre and scale it as you mean to fit it.
    folds : int
        K, from 2 to n.
    random_state : int, optional
        Seed of a shuffle before the data are split; without, the parts are blocks of rows.

    Raises
    ------
    ValueError
        If ``folds`` is out of its range.
    """
    if whole("folds", folds, 2) > problem.n:
        raise ValueError(f"folds must be at most {problem.n}, one a sample; got {folds}.")
    splitter = KFold(folds, shuffle=random_state is not None, random_state=random_state)
    paths, tests = [], []
    for train, test in splitter.split(problem.X):
        paths.append(follow(Problem(problem.X[train], problem.y[train])))
        tests.append(Problem(problem.X[test], problem.y[test]))
    axis = np.unique(np.concatenate([path.time for path in paths]))
    return _held_out(paths, tests, axis[axis <= min(path.time[-1] for path in paths)])


def _held_out(paths: list[Trajectory], tests: list[Problem], time: Vector) -> HeldOut:
    """Errors on an axis, and where their mean is least; refined if all paths have dense output."""
    sizes = np.array([test.n for test in tests], dtype=np.float64)
    shares = sizes / sizes.sum()

    def errors(times: Vector) -> Matrix:
        pairs = zip(paths, tests, strict=True)
        return np.array([mean_squared(test, path.at(times)) for path, test in pairs])

    table = errors(time)
    held = HeldOut(time, table, shares, 0.0)
    at = int(held.error.argmin())
    best = float(time[at])
    low, high = time[max(at - 1, 0)], time[min(at + 1, time.size - 1)]
    if low < high and all(path.dense_output for path in paths):
        found = minimize_scalar(
            lambda t: float(shares @ errors(np.array([t]))[:, 0]),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-6 * float(high)},
        )
        if found.fun < held.error[at]:
            best = float(found.x)
    return HeldOut(time, table, shares, best)
