"""Standardised regression data: what is fitted inside the estimators, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.regression.moments import Design, Moments, moments
from implicit_sparsity.regression.units import Columns, distinct, reduced

Index = NDArray[np.intp]


class Samples(NamedTuple):
    """Samples as a user gives them.

    Attributes
    ----------
    X : array or sparse array, shape (n, p)
        Columns.
    y : array, shape (n,)
        Target.
    weights : array, shape (n,), or None
        How much each sample counts beside the others; None if all count the same.
    """

    X: Design
    y: Vector
    weights: Vector | None

    def part(self, rows: Index) -> Samples:
        """Choose some rows.

        Parameters
        ----------
        rows : array of int
            Indices of the rows.

        Returns
        -------
        Samples
            The samples there.
        """
        weights = None if self.weights is None else self.weights[rows]
        return Samples(self.X[rows], self.y[rows], weights)


def sample_count(weights: Vector) -> float:
    """How many samples of equal weight tell as much as these: (Σw)² / Σw² [1]_.

    A mean of so many equal samples has the same variance. Weights are inverse variances, survey
    weights or another relative importance, in any unit. Repetitions would count Σw, but no number
    is that, the same in every unit, and continuous: 1 and 1 would count 2, but 1 and 1.001 (1000
    and 1001 repetitions) 2001.

    Parameters
    ----------
    weights : array, shape (n,)
        Weights of samples, none of them negative and not all zero.

    Returns
    -------
    float
        The number: n for equal weights, and less the more unequal they are.

    References
    ----------
    .. [1] L. Kish, "Survey Sampling", Wiley (1965), section 11.7.
    """
    parts = weights / weights.max()  # whose squares stay within double precision
    return float(parts.sum() ** 2 / np.square(parts).sum())


@dataclass(frozen=True, eq=False)
class Standardised:
    """Data with columns and target of mean 0 and mean square 1, equal columns once.

    Many samples of fewer columns are reduced to as many rows as columns: the triangular factor of
    a QR factorisation, which has the same gradients.

    Attributes
    ----------
    columns : Columns
        The r distinct columns, on m rows: those of the samples, times the roots of their weights,
        or those that they are reduced to.
    target : array, shape (m,)
        The target on these rows. Mean squares are over m rows in both cases.
    out_of_reach : float
        Mean square of the part of the target that the reduction has taken off.
    x : Moments
        Means and scales of the p columns of the samples.
    y_mean, y_scale : float
        Mean and scale of the target.
    samples : float
        Number n of samples, see `sample_count`.
    first : array, shape (r,)
        The first column of the samples that each distinct column stands for.
    group : array, shape (p,)
        Which of the distinct columns each column stands for.
    share : array, shape (p,)
        Part of each column in the weight there: ±1 over the number of its copies.
    """

    columns: Columns
    target: Vector
    out_of_reach: float
    x: Moments
    y_mean: float
    y_scale: float
    samples: float
    first: Index
    group: Index
    share: Vector

    @classmethod
    def of(cls, samples: Samples, centre: bool, merge: bool = True) -> Standardised:
        """Standardise samples.

        Parameters
        ----------
        samples : Samples
            Data in the user's units.
        centre : bool
            Whether to subtract the means.
        merge : bool, optional
            Whether columns that are equal up to sign and scale become one.

        Returns
        -------
        Standardised
            The data in standard units, with what is needed to go back.
        """
        X, y, weights = samples
        count = float(len(y)) if weights is None else sample_count(weights)
        if weights is not None and not weights.all():
            X, y, weights = X[weights > 0], y[weights > 0], weights[weights > 0]
        shares = np.full(len(y), 1 / len(y)) if weights is None else weights / weights.sum()
        x, of_y = moments(X, shares, centre), moments(y[:, None], shares, centre)
        root = None if weights is None else np.sqrt(shares * len(y))
        target = (y - of_y.mean) / of_y.scale * (1.0 if root is None else root)
        columns, out_of_reach, p = Columns(X, x, root), 0.0, X.shape[1]
        first = group = np.arange(p)
        sign = np.ones(p)
        if merge:
            first, group, sign = distinct(columns)
        columns = columns.kept(first)
        if columns.tall:
            columns, target, out_of_reach = reduced(columns, target)
        share = sign / np.bincount(group)[group]
        y_scale = float(of_y.scale[0]) if np.isfinite(of_y.scale[0]) else 1.0
        return cls(
            columns, target, out_of_reach,
            x, float(of_y.mean[0]), y_scale, count, first, group, share,
        )  # fmt: skip

    @cached_property
    def drives(self) -> Vector:
        """Minus the gradient (2/m) Zᵀ(Zw − z) of the loss at zero weights, shape (r,)."""
        return 2 / len(self.target) * self.columns.products(self.target[:, None])[:, 0]

    @property
    def steepest(self) -> float:
        """The size of the steepest gradient at zero weights."""
        return float(np.abs(self.drives).max())

    @property
    def mean_square(self) -> float:
        """Mean square of the target: 1, or 0 if it is constant."""
        return float(np.square(self.target).mean()) + self.out_of_reach

    def problem(self, index: Index) -> Problem:
        """The regression on some of the distinct columns.

        Parameters
        ----------
        index : array of int
            Which.

        Returns
        -------
        Problem
            Their values and the target.
        """
        return Problem(self.columns.take(index), self.target)

    def copies(self, index: Index) -> tuple[Index, Index, Vector]:
        """The columns of the samples that some distinct columns stand for.

        Parameters
        ----------
        index : array, shape (a,)
            Distinct columns.

        Returns
        -------
        used : array, shape (b,)
            Columns of the samples.
        place : array, shape (b,)
            The entry of ``index`` that each belongs to.
        share : array, shape (b,)
            Its part in the weight there.
        """
        place = np.full(self.columns.shape[1], -1)
        place[index] = np.arange(index.size)
        used = np.flatnonzero(place[self.group] >= 0)
        return used, place[self.group[used]], self.share[used]

    def coefficients(self, index: Index, w: Vector) -> Vector:
        """Bring weights back to the units of X and y; copies of a column share equally.

        Parameters
        ----------
        index : array, shape (a,)
            Distinct columns.
        w : array, shape (a,)
            Weights of these; all others are zero.

        Returns
        -------
        array, shape (p,)
            Coefficients; infinite where they are beyond double precision.
        """
        whole = np.zeros(self.columns.shape[1])
        whole[index] = w
        with np.errstate(over="ignore"):
            return np.asarray(self.y_scale * (whole[self.group] * self.share / self.x.scale))
