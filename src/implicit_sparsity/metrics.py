"""Measures of how well weights fit data, and how close an estimate is to the truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_sparsity.problem import Matrix, Problem, Vector


def mean_squared_error(problem: Problem, w: Matrix) -> Vector:
    """Mean squared residuals (1/n)‖Xw − y‖² of several weights.

    Parameters
    ----------
    problem : Problem
        Data with n samples of p columns.
    w : array, shape (m, p)
        Weights, one in each row.

    Returns
    -------
    array, shape (m,)
        The mean squared residual of each row.

    Raises
    ------
    ValueError
        If w has another number of columns than X.
    """
    if w.shape[1] != problem.p:
        raise ValueError(
            f"The problem has {problem.p} columns but the path {w.shape[1]} weights; "
            "use the columns that the path was fitted to."
        )
    return np.asarray(np.square(w @ problem.X.T - problem.y).mean(axis=1))


def relative_error(w: ArrayLike, truth: ArrayLike) -> float:
    """Relative error ‖w − truth‖₂ / ‖truth‖₂.

    Parameters
    ----------
    w, truth : array_like
        Two arrays of one shape.

    Returns
    -------
    float
        The error; infinite if the truth is zero.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    w, truth = _pair(w, truth)
    norm = np.linalg.norm(truth)
    return float("inf") if norm == 0 else float(np.linalg.norm(w - truth) / norm)


def peak_signal_to_noise_ratio(image: ArrayLike, truth: ArrayLike, peak: float = 1.0) -> float:
    """Peak signal-to-noise ratio 10 log₁₀(peak² / mean squared error) in dB.

    Parameters
    ----------
    image, truth : array_like
        Two images of one shape.
    peak : float
        The largest value that a pixel can have.

    Returns
    -------
    float
        The ratio; infinite if the images are equal.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    image, truth = _pair(image, truth)
    squared = np.mean((image - truth) ** 2)
    return float("inf") if squared == 0 else float(10 * np.log10(peak**2 / squared))


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[Vector, Vector]:
    """Two arrays of one shape as float64."""
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(
            f"The two arrays have shapes {first.shape} and {second.shape}; make them agree."
        )
    return first, second
