"""Sparse regression stopped at the time of the least cross-validated error."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Self

from numpy.typing import ArrayLike
from sklearn.model_selection import KFold, check_cv

from implicit_sparsity.checks import within
from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.regression.cross_validation import FlowSettings, cross_validate
from implicit_sparsity.regression.estimators.base import FLOW_RTOL, DepthNBase
from implicit_sparsity.regression.standardise import Standardised


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
    depth : float
        N ≥ 2, any real number.
    init : float
        α^N, in standardised units. The smaller, the sparser, up to a limit near 1e-6.
    fit_intercept : bool
        Whether columns and target are centred; otherwise they should be centred already.
    random_state : int, RandomState or None
        Shuffles the samples before they are split into folds, if ``cv`` is a number; with None,
        folds are blocks of rows. Nothing else is random.

    Attributes
    ----------
    held_out_ : HeldOut
        The errors of each fold on a grid of times, as parts of the variance of y: 1 explains
        nothing.
    coef_ : array, shape (p,)
        Coefficients, exactly zero where the standardised weight is below ``threshold_``.
    intercept_ : float
        Intercept.
    stopping_time_ : float
        Flow time at which the flow was stopped.
    path_ : FlowTrajectory
        The flow of all data, in standardised units, one column for all copies of a column.
    threshold_ : float
        Level below which weights in standardised units count as zero.
    n_features_in_ : int
        Number p of columns.
    feature_names_in_ : array, shape (p,)
        Names of the columns, where X has them.

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

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the data.

        Parameters
        ----------
        X : array_like, shape (n, p)
            Samples.
        y : array_like, shape (n,)
            Target.
        sample_weight : array_like, shape (n,), optional
            Weights of the samples in the loss and in the errors.

        Returns
        -------
        DepthNRegressorCV
            The estimator itself.

        Raises
        ------
        ValueError
            If data or parameters are out of their range, or there are fewer samples than folds.
        """
        samples = self._check_samples(X, y, sample_weight)
        network = self._check_network()
        standard_errors = within("standard_errors", self.standard_errors, 0.0)
        splitter = self.cv
        if isinstance(splitter, Integral) and self.random_state is not None:
            splitter = KFold(int(splitter), shuffle=True, random_state=self.random_state)
        splits = list(check_cv(splitter).split(samples.X, samples.y))
        data = Standardised.of(samples, self.fit_intercept)
        settings = FlowSettings(network, self.fit_intercept, FLOW_RTOL)
        self.held_out_ = cross_validate(samples, splits, data, settings)
        time = self.held_out_.first_within(standard_errors)
        path = gradient_flow(data.problem, network.depth, network.alpha, time, rtol=FLOW_RTOL)
        return self._set_fit(data, path, time)
