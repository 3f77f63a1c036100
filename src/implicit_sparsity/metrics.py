"""Measures of how close an estimate is to the truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_sparsity.problem import Vector


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[Vector, Vector]:
    """Two arrays of one shape as float64."""
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(
            f"The two arrays have shapes {first.shape} and {second.shape}; make them agree."
        )
    return first, second


def relative_error(w: ArrayLike, truth: ArrayLike) -> float:
    """‖w − truth‖₂ / ‖truth‖₂ of two arrays of one shape; infinite for a truth of zeros."""
    w, truth = _pair(w, truth)
    norm = np.linalg.norm(truth)
    return float("inf") if norm == 0 else float(np.linalg.norm(w - truth) / norm)


def peak_signal_to_noise_ratio(image: ArrayLike, truth: ArrayLike, peak: float = 1.0) -> float:
    """10 log₁₀(peak² / mean squared error), in dB, of two images; infinite if they are equal.

    ``peak`` is the largest value that a pixel can have.
    """
    image, truth = _pair(image, truth)
    squared = np.mean((image - truth) ** 2)
    return float("inf") if squared == 0 else float(10 * np.log10(peak**2 / squared))
