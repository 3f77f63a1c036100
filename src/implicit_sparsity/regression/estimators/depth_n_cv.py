"""Sparse regression stopped at the time of the least cross-validated error."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from sklearn.model_selection import KFold, check_cv

from implicit_sparsity.checks import within
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
from implicit_sparsity.regression.cross_validation import FlowSettings, cross_validate
from implicit_sparsity.regression.estimators.base import FLOW_RTOL, DepthNBase
from implicit_sparsity.regression.standardise import Samples, Standardised


class DepthNRegressorCV(DepthNBase):
    """`DepthNRegressor` with the stopping time of the least cross-validated squared error.

    The flows of all folds are followed together on one axis of flow time. They end once the error
    is twice its least value. Then all data are fitted up to the time of the least error.

    Parameters
    ----------
    cv : int, splitter or iterable
        Number of folds, or how to split, as in scikit-learn.
    standard_errors : float
        Stop at the first time whose error is within so many standard errors of the least. With 1,
        fits are sparser and have fewer false positives, but larger errors.
    depth, init : float
        As for `DepthNRegressor`.
    fit_intercept : bool
        As for `DepthNRegressor`.
    random_state : int, RandomState or None
        Shuffles the samples before they are split into folds, if ``cv`` is a number; with None,
        folds are blocks of rows. Nothing else is random.

    Attributes
    ----------
    held_out_ : HeldOut
        The errors of each fold on a grid of times, as parts of the variance of y: 1 explains
        nothing.
    coef_, intercept_, stopping_time_, path_, threshold_
        As for `DepthNRegressor`; ``path_`` is the flow of all data.
    n_features_in_, feature_names_in_
        As for `DepthNRegressor`.

    References
    ----------
    .. [1] Y. Yao, L. Rosasco & A. Caponnetto, "On Early Stopping in Gradient Descent Learning",
       Constructive Approximation 26, 289–315 (2007).

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import DepthNRegressorCV
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((60, 100))
    >>> y = 2 * X[:, 3] - X[:, 7] + 0.1 * rng.standard_normal(60)
    >>> model = DepthNRegressorCV(cv=5).fit(X, y)
    >>> np.flatnonzero(model.coef_)
    array([3, 7])
    >>> model.held_out_.best_time == model.stopping_time_
    True
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

    def _stopped(
        self, samples: Samples, data: Standardised, network: Network
    ) -> tuple[FlowTrajectory, float]:
        standard_errors = within("standard_errors", self.standard_errors, 0.0)
        splitter = self.cv
        if isinstance(splitter, Integral) and self.random_state is not None:
            splitter = KFold(int(splitter), shuffle=True, random_state=self.random_state)
        splits = list(check_cv(splitter).split(samples.X, samples.y))
        settings = FlowSettings(network, self.fit_intercept, FLOW_RTOL)
        self.held_out_ = cross_validate(samples, splits, data, settings)
        time = self.held_out_.first_within(standard_errors)
        path = gradient_flow(data.problem, network.depth, network.alpha, time, rtol=FLOW_RTOL)
        return path, time
