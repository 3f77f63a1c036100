"""Measures of how close an estimate is to the truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def relative_error(w: ArrayLike, truth: ArrayLike) -> float:
    """‖w − truth‖₂ / ‖truth‖₂ of two arrays of one shape; infinite for a truth of zeros."""
    w, truth = np.asarray(w, dtype=float), np.asarray(truth, dtype=float)
    norm = np.linalg.norm(truth)
    return float(np.linalg.norm(w - truth) / norm) if norm > 0 else float("inf")


def peak_signal_to_noise_ratio(image: ArrayLike, truth: ArrayLike, peak: float = 1.0) -> float:
    """10 log₁₀(peak² / mean squared error), in dB, of two images; infinite if they are equal.

    ``peak`` is the largest value that a pixel can have.
    """
    squared = float(np.mean((np.asarray(image, dtype=float) - np.asarray(truth, dtype=float)) ** 2))
    return float(10 * np.log10(peak**2 / squared)) if squared > 0 else float("inf")
