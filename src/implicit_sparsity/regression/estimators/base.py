"""What the estimators share: checks of the input, and reading coefficients off a trajectory."""

from __future__ import annotations

from abc import abstractmethod
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from implicit_sparsity.checks import within
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.solve import FlowTrajectory
from implicit_sparsity.metrics import mean_squared_error
from implicit_sparsity.problem import Vector
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.support import support_threshold

#: Tolerance of the flow, far below the error of any estimate.
FLOW_RTOL = 1e-3


class DepthNBase(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Base of the estimators, each of which says when to stop a flow."""

    depth: float
    init: float
    fit_intercept: bool
    coef_: Vector
    intercept_: float

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the data.

        Parameters
        ----------
        X : array_like, shape (n, p)
            Samples.
        y : array_like, shape (n,)
            Target.
        sample_weight : array_like, shape (n,), optional
            Weights of the samples, in the loss and in held-out errors.

        Returns
        -------
        estimator
            The estimator itself.

        Raises
        ------
        ValueError
            If data or parameters are out of their range, or there are fewer samples than folds.
        """
        samples = self._check_samples(X, y, sample_weight)
        depth = within("depth", self.depth, 2.0)
        init = within("init", self.init, 1e-100, 1e100)
        network = Network.of(depth, init ** (1 / depth), one_sided=False)
        data = Standardised.of(samples, self.fit_intercept)
        path, time = self._stopped(samples, data, network)
        problem, w = data.problem, path.at(time)[0]
        loss = float(mean_squared_error(problem, w[None])[0])
        self.threshold_ = support_threshold(self.init, loss, data.samples)
        self.coef_ = data.coefficients(np.where(np.abs(w) < self.threshold_, 0.0, w))
        self.intercept_ = float(data.y_mean - data.x_mean @ self.coef_)
        self.path_, self.stopping_time_ = path, time
        return self

    @abstractmethod
    def _stopped(
        self, samples: Samples, data: Standardised, network: Network
    ) -> tuple[FlowTrajectory, float]:
        """The flow of the standardised data, and the time to stop it at."""

    def predict(self, X: ArrayLike) -> Vector:
        """Predict the target.

        Parameters
        ----------
        X : array_like, shape (n, p)
            Samples.

        Returns
        -------
        array, shape (n,)
            Predicted targets.
        """
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, reset=False) @ self.coef_ + self.intercept_)

    def _check_samples(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None
    ) -> Samples:
        data = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
        design, target = (np.asarray(part, dtype=np.float64) for part in data)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(
                sample_weight, design, dtype=np.float64, ensure_non_negative=True
            )
            if not weights.any():
                raise ValueError("sample_weight is zero for all samples; give one a weight.")
        return Samples(design, target, weights)
