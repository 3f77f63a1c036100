"""What the estimators share: checks of the input, and reading coefficients off a flow."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from implicit_sparsity.checks import flag, whole, within
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.problem import Vector
from implicit_sparsity.regression.estimators.inputs import (
    check_kind,
    check_target,
    check_weights,
    gaps_named,
)
from implicit_sparsity.regression.estimators.stopped import Stopped
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.support import support_threshold


class DepthNBase(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Base of the estimators, each of which says when to stop a flow."""

    #: By this scikit-learn's `SelectFromModel` knows that columns of weight 0 are left out: its
    #: threshold is then 1e-5 rather than the mean.
    penalty = "l1"

    depth: float
    init: float
    fit_intercept: bool
    verbose: int
    keep_path: bool
    coef_: Vector
    intercept_: float

    def _fit(self, samples: Samples, relaxed: bool, **split: Any) -> Self:
        """Fit checked samples; ``split`` goes to the splitter of a cross-validation."""
        depth, init = float(self.depth), float(self.init)
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
        with np.errstate(over="ignore", invalid="ignore"):  # told below
            self.intercept_ = float(data.y_mean - data.x.mean @ self.coef_)
        if not (np.isfinite(self.coef_).all() and np.isfinite(self.intercept_)):
            raise ValueError(
                "coef_ is beyond double precision; give X or y in units that are less far apart."
            )
        return self

    def _check_parameters(self) -> None:
        """Check what the estimators share, before any work; each of them checks its own, too."""
        within("depth", self.depth, 2.0)
        within("init", self.init, 1e-100, 1e100)
        for name in ("fit_intercept", "keep_path"):
            flag(name, getattr(self, name))
        if not isinstance(self.verbose, bool):
            whole("verbose", self.verbose, 0)

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
        check_kind("X", X)
        with gaps_named(X):
            design = validate_data(self, X, accept_sparse="csr", reset=False)
        return np.asarray(design @ self.coef_ + self.intercept_)

    def __getattr__(self, name: str) -> Any:
        """Only called for what is not there."""
        if name == "path_" and "coef_" in self.__dict__:
            raise AttributeError(
                "path_ was left out of the pickle or copy that this estimator comes from; set "
                "keep_path=True before that.",
                name=name,
                obj=self,
            )
        kind = type(self).__name__
        raise AttributeError(f"{kind!r} object has no attribute {name!r}", name=name, obj=self)

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        return {name: state[name] for name in state if self.keep_path or name != "path_"}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _check_samples(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None
    ) -> Samples:
        check_kind("X", X)
        check_target(y)
        with gaps_named(X):
            X, y = validate_data(
                self,
                X,
                y,
                accept_sparse="csr",
                dtype=[np.float64, np.float32],  # the latter as it is, without a copy
                y_numeric=True,
                ensure_min_samples=2,
            )
        design = sparse.csr_array(X) if sparse.issparse(X) else X
        target, weights = np.asarray(y, dtype=np.float64), None
        if sample_weight is not None:
            check_kind("sample_weight", sample_weight)
            weights = check_weights(
                _check_sample_weight(
                    sample_weight, target, dtype=np.float64, ensure_non_negative=True
                )
            )
        return Samples(design, target, weights)
