"""The step-size controller of a gradient flow."""

from __future__ import annotations

from implicit_sparsity.flow.rodas5p import ORDER
from implicit_sparsity.flow.step import Stepper

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


class PredictiveController:
    """Step sizes by the predictive controller of Gustafsson [1]_, [2]_.

    Parameters
    ----------
    stepper : Stepper
        The flow at its start, which tells the size of the first step.

    Attributes
    ----------
    h : float
        The next step to attempt.

    References
    ----------
    .. [1] K. Gustafsson, "Control-theoretic techniques for stepsize selection in implicit
       Runge–Kutta methods", ACM Transactions on Mathematical Software 20, 496–517 (1994).
    .. [2] E. Hairer & G. Wanner, "Solving Ordinary Differential Equations II", section IV.8.
    """

    def __init__(self, stepper: Stepper) -> None:
        fastest = float((stepper.state.mobility * stepper.loss.curvature).max())
        self.h = min(0.5 * stepper.bounds.max_step, 0.1 / fastest)
        self.rejections, self.growth_without_error = 0, GROWTH_WITHOUT_ERROR[1]
        self.previous: tuple[float, float] | None = None

    def accepts(self, h: float, error: float) -> bool:
        """Whether to take a step with this error over the tolerance; chooses the next one."""
        ideal = SAFETY * max(error, 1e-30) ** (-1 / ORDER)
        if error > 1.0:
            self._reject(h, ideal)
            return False
        if error < NO_ERROR:
            ideal = self.growth_without_error
            self.growth_without_error = min(self.growth_without_error**2, GROWTH_WITHOUT_ERROR[1])
        elif self.previous is not None:
            h_before, error_before = self.previous
            ideal *= min(2.0, h / h_before * (error_before / error) ** (1 / ORDER))
        if self.rejections:
            ideal = min(ideal, 1.0)
        self.h = h * max(ideal, MIN_FACTOR)
        self.previous = h, max(error, 1e-4)
        self.rejections = 0
        return True

    def _reject(self, h: float, ideal: float) -> None:
        """A smaller step, unless there were too many such."""
        self.rejections += 1
        self.growth_without_error = GROWTH_WITHOUT_ERROR[0]
        self.h = h * min(max(ideal, MIN_FACTOR), 0.8)
        if self.rejections > MAX_REJECTIONS:
            raise StepError(
                f"A step of the flow cannot be taken, not even of length {h:.3g}; "
                "raise rtol, or rescale the problem's X and y."
            )
