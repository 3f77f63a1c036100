"""What bounds a run, whatever computes it: light, as `training` needs this alone of descent."""

from __future__ import annotations

#: Growth of the loss that counts as divergence.
BLOW_UP = 1e8
#: Seconds between two pauses of a run, about: it takes fewer iterations at a time beyond them.
MAX_SECONDS = 0.25
#: Largest number of points of a trace, about; shorter runs keep every iteration.
TRACE_CAPACITY = 32768


class DivergenceError(ArithmeticError):
    """The loss of gradient descent overflows or grows 1e8-fold: the step size is too large.

    Examples
    --------
    >>> from implicit_sparsity import DivergenceError, Problem, gradient_descent
    >>> problem = Problem([[1.0, 0.0], [0.0, 1.0]], [1.0, 0.0])
    >>> try:
    ...     gradient_descent(problem, depth=2, alpha=0.1, step_size=100.0, iterations=50)
    ... except DivergenceError as error:
    ...     print(error)
    Gradient descent diverged at iteration 2 with step size 100 at depth 2; lower step_size.
    """
