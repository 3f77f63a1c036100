"""Compiled inner loops of gradient descent."""

from __future__ import annotations

import numpy as np
from numba import njit

from implicit_sparsity.problem import Matrix, Vector

#: Columns of the measurements that `advance` writes for every iterate.
LOSS, ERROR, ON_SUPPORT, OFF_SUPPORT = range(4)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _sweep(columns, residual, after, u, v, w, depth, rate):  # type: ignore[no-untyped-def]
    """One step of every coordinate; adds X w of the new weights to ``after``."""
    p, n = columns.shape
    for j in range(p):
        slope = 0.0
        for i in range(n):
            slope += columns[j, i] * residual[i]
        a = 1.0
        b = 1.0
        for _ in range(depth - 1):
            a *= u[j]
            b *= v[j]
        u[j] -= rate * slope * a
        v[j] += rate * slope * b
        a = 1.0
        b = 1.0
        for _ in range(depth):
            a *= u[j]
            b *= v[j]
        w[j] = a - b
        for i in range(n):
            after[i] += w[j] * columns[j, i]


# NaN is out of the question for the maxima to become vector instructions: nothing that decides
# about divergence may be computed here.
@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nnan", "nsz"})
def measure(w: Vector, w_star: Vector) -> tuple[float, float, float]:
    """‖w − w*‖², max over the support of |w − w*| and max off the support of |w|."""
    error = 0.0
    on = 0.0
    off = 0.0
    for j in range(w.size):
        distance = abs(w[j] - w_star[j])
        error += distance * distance
        on = max(on, distance if w_star[j] != 0.0 else 0.0)
        off = max(off, distance if w_star[j] == 0.0 else 0.0)
    return error, on, off


@njit(cache=True, nogil=True)
def advance(  # type: ignore[no-untyped-def]
    columns, y, w_star, u, v, w, residual, depth, rate, ceiling, samples, measures
):
    """Advance ``u``, ``v``, ``w`` and ``residual`` in place by ``len(measures)`` iterations.

    Returns the number of iterates measured, the last of which has a loss that is not below
    ``ceiling`` (not a number included) if they are fewer or if it is so at the last.
    """
    after = np.empty_like(residual)
    for step in range(measures.shape[0]):
        after[:] = -y
        _sweep(columns, residual, after, u, v, w, depth, rate)
        residual[:] = after
        total = 0.0
        for i in range(residual.size):
            total += residual[i] * residual[i]
        measures[step, LOSS] = total / samples
        error, on, off = measure(w, w_star)
        measures[step, ERROR] = error
        measures[step, ON_SUPPORT] = on
        measures[step, OFF_SUPPORT] = off
        if not measures[step, LOSS] <= ceiling:
            return step + 1
    return measures.shape[0]


def layout(X: Matrix) -> Matrix:
    """Columns of X one after the other in memory, shape (p, n)."""
    return np.ascontiguousarray(X.T)
