"""The step-size controller of a gradient flow, and its clock."""

from __future__ import annotations

from typing import NamedTuple

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.rodas5p import ORDER

#: The controller aims below the tolerance by the first factor and shrinks a step by no more than
#: the second.
SAFETY, MIN_FACTOR = 0.9, 0.05
#: Errors below this part of the tolerance count as none. The step then grows: after a rejection by
#: the first factor, next by its square, and so on up to the second.
NO_ERROR, GROWTH_WITHOUT_ERROR = 1e-7, (1e2, 1e8)
#: Rejections of one step, at most.
MAX_REJECTIONS = 60


class StepError(ArithmeticError):
    """A step of the flow cannot be taken, or there are too many.

    Examples
    --------
    >>> from implicit_sparsity import Problem, StepError, gradient_flow
    >>> problem = Problem([[1.0, 0.5], [0.2, 1.0]], [1.0, -1.0])
    >>> try:
    ...     path = gradient_flow(problem, depth=3, alpha=0.01)
    ... except StepError as error:
    ...     print(f"Lower t_max or raise rtol: {error}")
    >>> path.trace.loss[-1] < 0.01
    np.True_
    """


class Control(NamedTuple):
    """Step sizes by the predictive controller of Gustafsson [1]_, [2]_.

    Attributes
    ----------
    h : float
        The next step to attempt; after too many rejections the last that was.
    rejections : int
        How many attempts at this step were rejected; 0 after a step was taken.
    growth_without_error : float
        The factor by which the next step without an error lets the step grow.
    h_before, error_before : float
        The last step with an error and that error, not too small; 0 before there was one.

    References
    ----------
    .. [1] K. Gustafsson, "Control-theoretic techniques for stepsize selection in implicit
       Runge–Kutta methods", ACM Transactions on Mathematical Software 20, 496–517 (1994).
    .. [2] E. Hairer & G. Wanner, "Solving Ordinary Differential Equations II", section IV.8.
    """

    h: float
    rejections: int
    growth_without_error: float
    h_before: float
    error_before: float

    @classmethod
    def first(cls, fastest: float, longest: float) -> Control:
        """At the start, by the rate of the fastest coordinate and the longest step to attempt."""
        return cls(min(0.5 * longest, 0.1 / fastest), 0, GROWTH_WITHOUT_ERROR[1], 0.0, 0.0)


@compiled()
def controlled(control: Control, h: float, error: float) -> Control:
    """Take a step with this error over the tolerance, or reject it; chooses the next one."""
    _, rejections, growth, h_before, error_before = control
    ideal: float = SAFETY * max(error, 1e-30) ** (-1.0 / ORDER)
    if error > 1.0:
        rejections += 1
        shorter = h * min(max(ideal, MIN_FACTOR), 0.8)
        h = h if rejections > MAX_REJECTIONS else shorter
        return Control(h, rejections, GROWTH_WITHOUT_ERROR[0], h_before, error_before)
    if error < NO_ERROR:
        ideal, growth = growth, min(growth * growth, GROWTH_WITHOUT_ERROR[1])
    elif h_before > 0.0:
        ideal *= min(2.0, h / h_before * (error_before / error) ** (1.0 / ORDER))
    if rejections > 0:
        ideal = min(ideal, 1.0)
    return Control(h * max(ideal, MIN_FACTOR), 0, growth, h, max(error, 1e-4))


@compiled()
def add(clock: float, carry: float, h: float) -> tuple[float, float]:
    """Compensated sum: the clock after a step h, and what it cannot hold of very short steps."""
    total = clock + h
    carry += h - (total - clock) if clock >= h else clock - (total - h)
    rounded = total + carry
    return rounded, carry - (rounded - total)
