"""Sparse linear regression by an early-stopped gradient flow, as scikit-learn has estimators.

Inside, columns and target have mean 0 and mean square 1, and repeated columns stand there once; so
neither the units of the data nor copies of a column matter, and the defaults need no adjusting.
"""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, check_cv
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from implicit_sparsity.checks import within
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
from implicit_sparsity.problem import Matrix, Vector
from implicit_sparsity.regression.cross_validation import lockstep
from implicit_sparsity.regression.noise import noise_level
from implicit_sparsity.regression.standardise import EXACT, Scaled, horizon, threshold
from implicit_sparsity.regression.stopping.discrepancy import discrepancy_time, mean_squared

#: Tolerance of the flow, far below the error of any estimate.
RTOL = 1e-3


class _DepthN(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """What both estimators share: checks of the input, and reading coefficients off a path."""

    depth: float
    init: float
    fit_intercept: bool
    coef_: Vector
    intercept_: float

    def predict(self, X: ArrayLike) -> Vector:
        """Predicted targets, (n,), of samples X, (n, p)."""
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, reset=False) @ self.coef_ + self.intercept_)

    def _checked(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None
    ) -> tuple[Matrix, Vector, Vector | None, Network]:
        data = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
        design, target = (np.asarray(part, dtype=np.float64) for part in data)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(
                sample_weight, design, dtype=np.float64, ensure_non_negative=True
            )
            if not weights.any():
                raise ValueError("sample_weight is zero for all samples; give one a weight.")
        depth = within("depth", self.depth, 2.0)
        init = within("init", self.init, 1e-100, 1e100)
        return design, target, weights, Network.of(depth, init ** (1 / depth), one_sided=False)

    def _keep(self, scaled: Scaled, path: FlowTrajectory, time: float) -> Self:
        """Read the fit off a path at a time."""
        problem, w = scaled.problem, path.at(time)[0]
        loss = float(mean_squared(problem, w[None])[0])
        self.threshold_ = threshold(self.init, loss, scaled.samples)
        self.coef_ = scaled.coefficients(np.where(np.abs(w) < self.threshold_, 0.0, w))
        self.intercept_ = float(scaled.y_mean - scaled.x_mean @ self.coef_)
        self.path_, self.stopping_time_ = path, time
        return self


class DepthNRegressor(_DepthN):
    """Sparse linear regression: the gradient flow of w = u^N − v^N, stopped early.

    The flow starts from u = v = α, a small start with α^N = ``init``. From there coordinates
    escape one after the other, those that explain most first; noise comes last, if one stops in
    time. Nothing is penalised, so what has escaped is hardly shrunk.

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
        α^N, in standardised units. The smaller, the sparser, up to a limit that 1e-6 is near.
    fit_intercept : bool
        Whether columns and target are centred; otherwise they should be centred already.

    Attributes
    ----------
    coef_ : (p,) coefficients, exactly zero where ``threshold_`` says so.
    intercept_ : float.
    stopping_time_ : flow time stopped at.
    path_ : the `FlowTrajectory`, in standardised units, one column for all copies of a column.
    threshold_ : level below which weights in standardised units count as zero.
    n_features_in_, feature_names_in_ : as everywhere in scikit-learn.

    Notes
    -----
    **Units.** Columns and target are centred and divided by their root mean squares (weighted, with
    sample weights, which weight the loss), and this is undone in ``coef_``. Columns equal up to
    sign and scale are fitted as one, and its weight is shared equally between them. Constant
    columns get 0.

    **Support.** No weight on the path is exactly zero. But where the start is small, weights are of
    two kinds. Under a steady drive, u^{−(N−2)} falls linearly to the escape, so that a coordinate
    at level w has the part (α^N/w)^{(N−2)/N} of its escape time left: it is either near its start
    or gone. Weights below ``threshold_`` = min(α^{N/4}, RMS residual / √n) are set to zero. The
    first is the bound that the paper's early-stopping window sets to weights off the support. The
    second is a standard error of the weight of a column on its own, since to drop more than that
    would show; it takes over where the start is not small, or the data are many.

    References
    ----------
    .. [1] J. Li, T. V. Nguyen, C. Hegde & R. K. W. Wong, "Implicit Sparse Regularization: The
       Impact of Depth and Early Stopping", NeurIPS 2021.
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

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit X, (n, p), to y, (n,), with weights of the samples, (n,), in the loss.

        Raises
        ------
        ValueError
            If data or parameters are out of their range.
        """
        X, y, weights, network = self._checked(X, y, sample_weight)
        scaled = Scaled.of(X, y, weights, self.fit_intercept)
        problem, depth, alpha = scaled.problem, network.depth, network.alpha
        if self.stopping_time is not None:
            time = within("stopping_time", self.stopping_time, 1e-200)
            return self._keep(scaled, gradient_flow(problem, depth, alpha, time, rtol=RTOL), time)
        if self.sigma is None:
            sigma = max(noise_level(problem, scaled.samples), EXACT**0.5)
        else:
            sigma = within("sigma", self.sigma, 0.0) / scaled.y_scale

        def quiet(_: float, w: Vector) -> bool:
            return bool(mean_squared(problem, w[None])[0] <= sigma**2)

        end = horizon(problem, network)[1]
        path = gradient_flow(problem, depth, alpha, end, rtol=RTOL, until=quiet)
        reached = discrepancy_time(path, problem, sigma)
        if reached is None and self.sigma is not None:
            warnings.warn(
                "The residual stays above sigma, and the flow was followed to its end; "
                "raise sigma, leave it out, or use DepthNRegressorCV.",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self._keep(scaled, path, float(path.time[-1]) if reached is None else reached)


class DepthNRegressorCV(_DepthN):
    """`DepthNRegressor` with the stopping time of the least cross-validated squared error.

    The flows of all folds run side by side on one axis of flow time, and end once the error is
    twice its least value; then all data are fitted up to the time of the latter.

    Parameters
    ----------
    cv : int, splitter or iterable
        Number of folds, or how to split, as in scikit-learn.
    standard_errors : float
        Stop at the first time whose error is within so many standard errors of the least. With 1,
        fits are sparser and have fewer false positives, but larger errors.
    depth, init, fit_intercept
        As for `DepthNRegressor`.
    random_state : int, RandomState or None
        Shuffles the samples before they are split into folds, if ``cv`` is a number; with None,
        folds are blocks of rows. Nothing else is random.

    Attributes
    ----------
    held_out_ : `HeldOut`, the errors of each fold on a grid of times, as parts of the variance of
        y: 1 explains nothing.
    coef_, intercept_, stopping_time_, path_, threshold_ : as for `DepthNRegressor`.

    References
    ----------
    .. [1] Y. Yao, L. Rosasco & A. Caponnetto, "On Early Stopping in Gradient Descent Learning",
       Constructive Approximation 26, 289–315 (2007).
    """

    def __init__(
        self,
        *,
        cv: Any = 5,
        standard_errors: float = 0.0,
        depth: float = 3.0,
        init: float = 1e-6,
        fit_intercept: bool = True,
        random_state: Any = None,
    ) -> None:
        self.cv = cv
        self.standard_errors = standard_errors
        self.depth = depth
        self.init = init
        self.fit_intercept = fit_intercept
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit X, (n, p), to y, (n,), with weights of the samples, (n,), in loss and errors.

        Raises
        ------
        ValueError
            If data or parameters are out of their range, or there are fewer samples than folds.
        """
        X, y, weights, network = self._checked(X, y, sample_weight)
        standard_errors = within("standard_errors", self.standard_errors, 0.0)
        splitter = self.cv
        if isinstance(splitter, Integral) and self.random_state is not None:
            splitter = KFold(int(splitter), shuffle=True, random_state=self.random_state)
        splits = list(check_cv(splitter).split(X, y))
        scaled = Scaled.of(X, y, weights, self.fit_intercept)
        self.held_out_ = lockstep(X, y, weights, splits, network, scaled, self.fit_intercept, RTOL)
        time = self.held_out_.first_within(standard_errors)
        path = gradient_flow(scaled.problem, network.depth, network.alpha, time, rtol=RTOL)
        return self._keep(scaled, path, time)
