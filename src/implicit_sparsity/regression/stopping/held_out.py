"""Errors on held-out samples along trajectories, and where they are least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from implicit_sparsity.metrics import mean_squared_error
from implicit_sparsity.problem import Matrix, Problem, Vector
from implicit_sparsity.trajectory import Trajectory


@dataclass(frozen=True, eq=False, repr=False)
class HeldOut:
    """Errors on samples that a trajectory was not fitted to, along flow time.

    Attributes
    ----------
    time : array, shape (T,)
        Flow times, increasing.
    errors : array, shape (K, T)
        Mean squared error on each of K held-out parts.
    weights : array, shape (K,)
        Share of each part in the mean, that of its samples; they sum to 1.
    best_time : float
        Flow time of the least mean error.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import HeldOut
    >>> errors = np.array([[4.0, 2.0, 3.0], [4.0, 3.0, 4.0]])
    >>> held_out = HeldOut(np.array([0.0, 1.0, 2.0]), errors, np.array([0.5, 0.5]), 1.0)
    >>> held_out
    HeldOut(2 parts, 3 times, least error 2.5 at 1)
    >>> held_out.error
    array([4. , 2.5, 3.5])
    >>> held_out.first_within(standard_errors=1.0)
    1.0
    """

    time: Vector
    errors: Matrix
    weights: Vector
    best_time: float

    def __repr__(self) -> str:
        parts, times = self.errors.shape
        least = f"least error {self.error.min():.4g} at {self.best_time:.4g}"
        return f"HeldOut({parts} parts, {times} times, {least})"

    @property
    def error(self) -> Vector:
        """Mean squared errors over all held-out samples, shape (T,)."""
        return np.asarray(self.weights @ self.errors)

    @property
    def standard_error(self) -> Vector:
        """Standard errors of the mean errors, from the spread over the parts, shape (T,).

        They are 0 for a single part.
        """
        parts = len(self.errors)
        if parts == 1:
            return np.zeros(self.time.size)
        spread = self.weights @ np.square(self.errors - self.error)
        return np.sqrt(spread / (parts - 1))

    def first_within(self, standard_errors: float) -> float:
        """First time whose mean error is within some standard errors of the least.

        Parameters
        ----------
        standard_errors : float
            How many; 0 for the first of the least errors, 1 for the rule of [1]_, section 3.4.3.

        Returns
        -------
        float
            A flow time in ``time``.

        References
        ----------
        .. [1] L. Breiman, J. H. Friedman, R. A. Olshen & C. J. Stone, "Classification and
           Regression Trees", Wadsworth, 1984.
        """
        error, least = self.error, int(self.error.argmin())
        level = error[least] + standard_errors * self.standard_error[least]
        return float(self.time[int((error <= level).argmax())])


def held_out_errors(paths: Sequence[Trajectory], tests: Sequence[Problem], time: Vector) -> HeldOut:
    """Errors of trajectories, each on its own held-out part, on a common time axis.

    The time of the least mean error is refined if all trajectories have dense output.

    Parameters
    ----------
    paths : sequence of Trajectory
        One for each part.
    tests : sequence of Problem
        The held-out parts.
    time : array, shape (T,)
        Flow times on all trajectories, increasing.

    Returns
    -------
    HeldOut
        The errors and the time of the least.

    Raises
    ------
    ValueError
        If a part has another number of columns than its trajectory.
    """
    sizes = np.array([test.n for test in tests], dtype=np.float64)
    shares = sizes / sizes.sum()

    def errors_at(times: Vector) -> Matrix:
        pairs = zip(paths, tests, strict=True)
        return np.array([mean_squared_error(test, path.at(times)) for path, test in pairs])

    errors = errors_at(time)
    mean = shares @ errors
    least = int(mean.argmin())
    best = float(time[least])
    low, high = time[max(least - 1, 0)], time[min(least + 1, time.size - 1)]
    if low < high and all(path.dense_output for path in paths):
        found = minimize_scalar(
            lambda t: float(shares @ errors_at(np.array([t]))[:, 0]),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-6 * float(high)},
        )
        if found.fun < mean[least]:
            best = float(found.x)
    return HeldOut(time, errors, shares, best)
