"""Methods that stand beside ours, one module each; `registry` holds them by name.

A baseline is a module with what `Baseline` lists. To add one, write its module and add it to the
registry, which imports all of them: what takes long to load is imported in `fit`.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from implicit_sparsity.problem import Matrix, Problem


class Estimate(NamedTuple):
    """What a baseline finds.

    Attributes
    ----------
    w : array, shape (m, p)
        Weights along the path of the method, in one row if it gives a single estimate.
    penalty : float or None
        The penalty that the method chose, if it chose one.
    """

    w: Matrix
    penalty: float | None = None


class Baseline(Protocol):
    """What every module of a baseline has."""

    @property
    def requires(self) -> tuple[str, ...]:
        """Packages that must be installed besides those that the project always needs."""

    def fit(self, problem: Problem) -> Estimate:
        """Fit a problem, without an intercept.

        Parameters
        ----------
        problem : Problem
            Data, with the true weights if the method says that it needs them.

        Returns
        -------
        Estimate
            The weights.
        """
