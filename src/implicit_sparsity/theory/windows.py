"""Early-stopping windows: predicted by theory, or found on a curve of errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from implicit_sparsity.checks import within
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.theory.escape import escape_time, noise_drives
from implicit_sparsity.theory.levels import SMALLEST, off_support_bound
from implicit_sparsity.trajectory import Clock


@dataclass(frozen=True)
class Window:
    """The times of a trajectory's clock, or flow times, between which it is good to stop.

    Attributes
    ----------
    start : float
        When the window opens; infinite if it never does.
    end : float
        When it closes; infinite if it never does.

    Examples
    --------
    >>> from implicit_sparsity import Window
    >>> window = Window(start=194, end=577)
    >>> window.size, round(window.ratio, 2)
    (383, 2.97)
    """

    start: float
    end: float

    @property
    def size(self) -> float:
        """``end - start``; 0 if the window closes before it opens, NaN if it never opens."""
        if np.isinf(self.start):
            return float("nan")
        return max(self.end - self.start, 0)

    @property
    def ratio(self) -> float:
        """``end / start``: above 1 there is a window, and it is the wider the larger this is."""
        return self.end / self.start


def early_stopping_window(
    problem: Problem,
    depth: float,
    alpha: float,
    tolerance: float = 0.1,
    bound: float | None = None,
) -> Window:
    """Predicted edges of the early-stopping window, in flow time.

    Derived for this package: the window opens when the last signal coordinate has come within
    ``tolerance`` of its true weight, and closes when the first noise coordinate passes ``bound``.
    Every coordinate is taken to grow on its own, at the constant drive that it has once the others
    are fitted: 2|w*_i| and its part of the noise on the support, the noise alone off it. So it is a
    prediction for designs with nearly orthogonal columns of squared norm n. For N > 2 both edges go
    like α^{−(N−2)} and their ratio tends to that of the drives; for N = 2 they go like log(1/α).

    Parameters
    ----------
    problem : Problem
        The data, with a truth that is not zero.
    depth : float
        N ≥ 2, any real number.
    alpha : float
        Start α > 0.
    tolerance : float, optional
        Distance to the true weights, at least 0.
    bound : float, optional
        Level of the weights off the support; α^{N/4} by default.

    Returns
    -------
    Window
        Its start is infinite if noise overwhelms a signal, its end if there is no noise.

    Raises
    ------
    ValueError
        If w_star is not known or zero, or an argument is out of its range.

    Examples
    --------
    Depth widens the window.

    >>> import numpy as np
    >>> from implicit_sparsity import Problem, early_stopping_window
    >>> rng = np.random.default_rng(0)
    >>> X, w_star = rng.choice([-1.0, 1.0], (200, 50)), np.eye(50)[0]
    >>> problem = Problem(X, X @ w_star + 0.5 * rng.standard_normal(200), w_star)
    >>> [round(early_stopping_window(problem, depth, 1e-3).ratio, 1) for depth in (2, 3)]
    [8.2, 10.8]
    """
    tolerance = within("tolerance", tolerance, 0.0)
    level = off_support_bound(depth, alpha) if bound is None else within("bound", bound, SMALLEST)
    noise, support = noise_drives(problem), problem.support
    if not support.size:
        raise ValueError("w_star has no non-zero entry; give the Problem a sparse truth.")
    truth = problem.truth[support]
    signal = np.maximum(2 * np.abs(truth) + np.sign(truth) * noise[support], 0.0)
    goal = np.abs(truth) - tolerance
    start = escape_time(signal, depth, alpha, np.maximum(goal, SMALLEST))[goal > 0]
    end = escape_time(np.delete(noise, support), depth, alpha, level)
    return Window(float(start.max(initial=0.0)), float(end.min(initial=np.inf)))


def error_window(t: Clock, log2_error: Vector, margin: float = 0.5) -> Window:
    """Times around the least error, as the paper's experiment early_stopping_l2_error has them.

    Parameters
    ----------
    t : array, shape (T,)
        Increasing times.
    log2_error : array, shape (T,)
        log₂ of the squared error there, a median over replicates as a rule.
    margin : float, optional
        The window holds the times whose log₂ error is below its minimum + margin.

    Returns
    -------
    Window
        From the first to the last such time. The end is infinite where the last time of all is one,
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
    return Window(float(t[first]), float(t[last]) if last < len(t) - 1 else np.inf)
