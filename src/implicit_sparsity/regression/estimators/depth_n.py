"""Sparse regression stopped at a given time, or once the residual is down to the noise."""

from __future__ import annotations

import warnings

from sklearn.exceptions import ConvergenceWarning

from implicit_sparsity.checks import within
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
from implicit_sparsity.metrics import mean_squared_error
from implicit_sparsity.problem import Vector
from implicit_sparsity.regression.estimators.base import FLOW_RTOL, DepthNBase
from implicit_sparsity.regression.horizon import Horizon
from implicit_sparsity.regression.noise import noise_level
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.stopping.discrepancy import discrepancy_time
from implicit_sparsity.regression.support import EXACT_FIT


class DepthNRegressor(DepthNBase):
    """Sparse linear regression: the gradient flow of w = u^N − v^N, stopped early.

    The flow starts from u = v = α, a small start with α^N = ``init``. From there coordinates
    escape one after the other, those that explain most first. Noise comes last, so it is left out
    if the flow stops in time. There is no penalty, so what has escaped is hardly shrunk.

    Parameters
    ----------
    stopping_time : float, optional
        Flow time t > 0 to stop at, in the standardised units below. By default the discrepancy
        principle: once the residual is down to the noise, see `discrepancy_time`.
    sigma : float, optional
        Standard deviation of the noise, in the units of y, for the discrepancy principle; by
        default what `noise_level` estimates, which takes a signal spread over many columns for
        noise, so that nothing is found. Not used if ``stopping_time`` is given.
    depth : float
        N ≥ 2, any real number.
    init : float
        α^N, in standardised units. The smaller, the sparser, up to a limit near 1e-6.
    fit_intercept : bool
        Whether columns and target are centred; otherwise they should be centred already.

    Attributes
    ----------
    coef_ : array, shape (p,)
        Coefficients, exactly zero where the standardised weight is below ``threshold_``.
    intercept_ : float
        Intercept.
    stopping_time_ : float
        Flow time at which the flow was stopped.
    path_ : FlowTrajectory
        The flow, in standardised units, one column for all copies of a column.
    threshold_ : float
        Level below which weights in standardised units count as zero.
    n_features_in_ : int
        Number p of columns.
    feature_names_in_ : array, shape (p,)
        Names of the columns, where X has them.

    Notes
    -----
    **Units.** Columns and target are centred and divided by their root mean squares (weighted, with
    sample weights, which weight the loss), and this is undone in ``coef_``. Columns equal up to
    sign and scale are fitted as one, and its weight is shared equally between them. Constant
    columns get 0.

    **Support.** No weight on the path is exactly zero. But where the start is small, weights are of
    two kinds. Under a constant gradient, u^{−(N−2)} falls linearly to the escape, so a coordinate
    at level w has the part (α^N/w)^{(N−2)/N} of its escape time left: it is either near its start
    or has escaped. Weights below ``threshold_`` = min(α^{N/4}, RMS residual / √n) are set to zero.
    The first is the bound that the paper's early-stopping window sets to weights off the support.
    The second is a standard error of the weight of a column on its own, since to drop more than
    that would show. It takes over where the start is not small, or the data are many.

    References
    ----------
    .. [1] J. Li, T. V. Nguyen, C. Hegde & R. K. W. Wong, "Implicit Sparse Regularization: The
       Impact of Depth and Early Stopping", NeurIPS 2021.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import DepthNRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((60, 100))
    >>> y = 2 * X[:, 3] - X[:, 7] + 0.1 * rng.standard_normal(60)
    >>> model = DepthNRegressor().fit(X, y)
    >>> np.flatnonzero(model.coef_)
    array([3, 7])
    >>> model.coef_[[3, 7]].round(1)
    array([ 2., -1.])
    """

    def __init__(
        self,
        stopping_time: float | None = None,
        *,
        sigma: float | None = None,
        depth: float = 3.0,
        init: float = 1e-6,
        fit_intercept: bool = True,
    ) -> None:
        self.stopping_time = stopping_time
        self.sigma = sigma
        self.depth = depth
        self.init = init
        self.fit_intercept = fit_intercept

    def _stopped(
        self, samples: Samples, data: Standardised, network: Network
    ) -> tuple[FlowTrajectory, float]:
        problem, depth, alpha = data.problem, network.depth, network.alpha
        if self.stopping_time is not None:
            time = within("stopping_time", self.stopping_time, 1e-200)
            return gradient_flow(problem, depth, alpha, time, rtol=FLOW_RTOL), time
        if self.sigma is None:
            sigma = max(noise_level(problem, data.samples), EXACT_FIT**0.5)
        else:
            sigma = within("sigma", self.sigma, 0.0) / data.y_scale

        def down_to_the_noise(_: float, w: Vector) -> bool:
            return bool(mean_squared_error(problem, w[None])[0] <= sigma**2)

        end = Horizon.of(problem, network).end
        path = gradient_flow(problem, depth, alpha, end, rtol=FLOW_RTOL, until=down_to_the_noise)
        reached = discrepancy_time(path, problem, sigma)
        if reached is None and self.sigma is not None:
            warnings.warn(
                "The residual stays above sigma, and the flow was followed to its end; "
                "raise sigma, leave it out, or use DepthNRegressorCV.",
                ConvergenceWarning,
                stacklevel=3,
            )
        return path, float(path.time[-1]) if reached is None else reached
