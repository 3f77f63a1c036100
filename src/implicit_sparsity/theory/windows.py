"""Early-stopping windows: when it is good to stop, found with the truth in hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from implicit_sparsity.problem import Vector
from implicit_sparsity.trajectory import Clock


@dataclass(frozen=True)
class Window:
    """Times from ``start`` to ``end`` of a path's clock; None where an edge is never reached."""

    start: float | None
    end: float | None

    @property
    def size(self) -> float | None:
        """``end - start``, 0 if the window closes before it opens, None if an edge is missing."""
        if self.start is None or self.end is None:
            return None
        return max(self.end - self.start, 0)


def error_window(t: Clock, log2_error: Vector, margin: float = 0.5) -> Window:
    """Times around the least error, as the paper's experiment early_stopping_l2_error has them.

    Parameters
    ----------
    t : (T,) increasing times.
    log2_error : (T,) log₂ of the squared error there, a median over replicates as a rule.
    margin : the window holds the times whose log₂ error is below its minimum + margin.

    Returns
    -------
    Window
        From the first to the last such time. The end is None where the last time of all is one,
        since the window may go on after it.

    Raises
    ------
    ValueError
        If there are no times, their number differs from that of the errors, an error is NaN or the
        margin is not positive.
    """
    if not margin > 0:
        raise ValueError(f"margin must be positive; got {margin}.")
    if not t.shape == log2_error.shape != (0,) or np.isnan(log2_error).any():
        raise ValueError("log2_error must hold a number for each time; drop NaN and empty curves.")
    least = log2_error.min()
    # The least is inside also where it is −∞.
    inside = np.flatnonzero((log2_error < least + margin) | (log2_error == least))
    first, last = inside[0], inside[-1]
    return Window(float(t[first]), float(t[last]) if last < len(t) - 1 else None)
