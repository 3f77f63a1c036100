"""A sparse linear regression problem: y = X w* + noise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


def _finite(name: str, value: ArrayLike, ndim: int) -> NDArray[np.float64]:
    """``value`` as a read-only float64 array of ``ndim`` axes; ValueError if it is not one."""
    if np.ma.is_masked(value):
        raise ValueError(f"{name} has masked entries; fill them in or remove their rows.")
    try:
        # NumPy would drop an imaginary part, read text and make numbers of dates.
        if np.asarray(value).dtype.kind in "cSUMm":
            raise TypeError
        # What cannot be written, such as the design of another Problem, is shared.
        fixed = isinstance(value, np.ndarray) and value.base is None and not value.flags.writeable
        with np.errstate(over="ignore", invalid="ignore"):  # told below
            array = np.array(value, dtype=np.float64, order="C", copy=None if fixed else True)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"{name} must hold real numbers in a rectangular array; remove text and ragged rows."
        ) from None
    if array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes, but has shape {array.shape}; reshape it.")
    if 0 in array.shape:
        raise ValueError(f"{name} is empty (shape {array.shape}); give at least one entry.")
    if not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{name} holds {array[where]} at index {where}; remove or impute missing values."
        )
    array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)
class Problem:
    """Data of a linear regression, with the truth where it is known.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Design. Kept as float64.
    y : array_like, shape (n,)
        Response.
    w_star : array_like, shape (p,), optional
        True weights. Errors and events that need them are not available without.
    held_out : Problem, optional
        Other samples of the same columns, on which errors are measured.
    columns : tuple of str, optional
        The names of the columns of X.

    Raises
    ------
    ValueError
        If an array is empty, has the wrong number of axes, is not numeric or not finite, or if
        the shapes disagree.

    Examples
    --------
    >>> from implicit_sparsity import Problem
    >>> problem = Problem([[1, 0, 1], [0, 1, 1]], y=[2, 0], w_star=[2, 0, 0])
    >>> problem.n, problem.p
    (2, 3)
    >>> problem.support
    array([0])
    >>> problem.error([[1, 0, 0], [2, 0, 0]])
    array([1., 0.])
    >>> round(problem.coherence, 3)
    0.707
    """

    X: Matrix
    y: Vector
    w_star: Vector | None = None
    held_out: Problem | None = None
    columns: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "X", _finite("X", self.X, 2))
        object.__setattr__(self, "y", _finite("y", self.y, 1))
        if self.y.shape != (self.n,):
            raise ValueError(
                f"y has {self.y.size} entries but X has {self.n} rows; give one response a row."
            )
        if self.w_star is not None:
            object.__setattr__(self, "w_star", _finite("w_star", self.w_star, 1))
            if self.w_star.shape != (self.p,):
                raise ValueError(
                    f"w_star has {self.w_star.size} entries but X has {self.p} columns; "
                    "give one weight a column."
                )
        if self.held_out is not None and self.held_out.p != self.p:
            raise ValueError(
                f"held_out has {self.held_out.p} columns but X has {self.p}; make them agree."
            )
        if self.columns is not None and len(self.columns) != self.p:
            raise ValueError(
                f"columns has {len(self.columns)} names but X has {self.p} columns; "
                "give one name a column."
            )

    def error(self, w: ArrayLike) -> Vector:
        """Squared errors ‖w − w*‖², or mean squared errors on held-out samples if w* is not known.

        Parameters
        ----------
        w : array_like, shape (m, p)
            Weights, one in each row.

        Returns
        -------
        array, shape (m,)
            The error of each row.

        Raises
        ------
        ValueError
            If there are neither true weights nor held-out samples.
        """
        w = np.asarray(w, dtype=np.float64)
        if self.w_star is not None:
            return np.asarray(np.sum((w - self.w_star) ** 2, axis=1))
        if self.held_out is None:
            raise ValueError(
                "An error needs the true weights or held-out samples; give the Problem a w_star."
            )
        return np.asarray(np.mean((w @ self.held_out.X.T - self.held_out.y) ** 2, axis=1))

    @property
    def n(self) -> int:
        """Number of samples."""
        return int(self.X.shape[0])

    @property
    def p(self) -> int:
        """Number of coordinates."""
        return int(self.X.shape[1])

    @property
    def truth(self) -> Vector:
        """True weights w*, shape (p,).

        Raises
        ------
        ValueError
            If they are not known.
        """
        if self.w_star is None:
            raise ValueError("This needs the true weights; give the Problem a w_star.")
        return self.w_star

    @cached_property
    def support(self) -> NDArray[np.intp]:
        """Indices of the non-zero true weights, increasing, shape (k,).

        Raises
        ------
        ValueError
            If the truth is not known.
        """
        return np.flatnonzero(self.truth)

    @cached_property
    def coherence(self) -> float:
        """Mutual coherence μ(X) = max over i ≠ j of |⟨X_i, X_j⟩| / (‖X_i‖ ‖X_j‖), in [0, 1].

        Columns of zeros are left out. It is 0 if fewer than two columns remain.
        """
        largest_entries = np.abs(self.X).max(axis=0)
        # Scaled first, since the square of 1e200 or of 1e-200 is out of range.
        directions = self.X[:, largest_entries > 0] / largest_entries[largest_entries > 0]
        directions /= np.linalg.norm(directions, axis=0)
        largest = 0.0
        # By blocks of columns, since a p × p matrix does not fit in memory for large p.
        for start in range(0, directions.shape[1], 1024):
            products = np.abs(directions[:, start : start + 1024].T @ directions)
            rows = np.arange(products.shape[0])
            products[rows, start + rows] = 0.0
            largest = max(largest, float(products.max()))
        return min(largest, 1.0)
