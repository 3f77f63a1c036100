"""What the estimators share: checks of the input, and reading coefficients off a flow."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from implicit_sparsity.checks import within
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.problem import Vector
from implicit_sparsity.regression.estimators.stopped import Stopped
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.support import support_threshold


class DepthNBase(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Base of the estimators, each of which says when to stop a flow."""

    depth: float
    init: float
    fit_intercept: bool
    coef_: Vector
    intercept_: float

    def _fit(self, samples: Samples, relaxed: bool, **split: Any) -> Self:
        """Fit checked samples; ``split`` goes to the splitter of a cross-validation."""
        depth = within("depth", self.depth, 2.0)
        init = within("init", self.init, 1e-100, 1e100)
        network = Network.of(depth, init ** (1 / depth), one_sided=False)
        data = Standardised.of(samples, self.fit_intercept)
        stopped = self._stopped(samples, data, network, **split)
        level = stopped.threshold
        if level is None:
            level = support_threshold(init, stopped.mean_square, data.samples)
        large = np.abs(stopped.w) >= level
        columns, w = stopped.columns[large], stopped.w[large]
        if relaxed and columns.size:
            fit = np.linalg.lstsq(data.columns.take(columns), data.target)[0]
            w = np.asarray(fit, dtype=np.float64)
        self.threshold_, self.path_, self.stopping_time_ = level, stopped.path, stopped.time
        self.coef_ = data.coefficients(columns, w)
        self.intercept_ = float(data.y_mean - data.x.mean @ self.coef_)
        return self

    @abstractmethod
    def _stopped(
        self, samples: Samples, data: Standardised, network: Network, **split: Any
    ) -> Stopped:
        """The flow of the standardised data, stopped."""

    def predict(self, X: ArrayLike) -> Vector:
        """Predict the target.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, p)
            Samples.

        Returns
        -------
        array, shape (n,)
            Predicted targets.
        """
        check_is_fitted(self)
        design = validate_data(self, X, accept_sparse="csr", reset=False)
        return np.asarray(design @ self.coef_ + self.intercept_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _check_samples(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None
    ) -> Samples:
        X, y = validate_data(
            self, X, y, accept_sparse="csr", dtype=np.float64, y_numeric=True, ensure_min_samples=2
        )
        design = sparse.csr_array(X) if sparse.issparse(X) else X
        target = np.asarray(y, dtype=np.float64)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(
                sample_weight, design, dtype=np.float64, ensure_non_negative=True
            )
            if not weights.any():
                raise ValueError("sample_weight is zero for all samples; give one a weight.")
        return Samples(design, target, weights)
