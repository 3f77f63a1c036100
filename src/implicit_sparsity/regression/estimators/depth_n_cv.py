"""Sparse regression stopped at the time of the least cross-validated error."""

from __future__ import annotations

from typing import Any, Self

from numpy.typing import ArrayLike
from sklearn import get_config
from sklearn.model_selection import check_cv
from sklearn.utils import metadata_routing as routing

from implicit_sparsity.checks import flag, threads, within
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.regression.cross_validation import FlowSettings, cross_validate
from implicit_sparsity.regression.estimators.base import DepthNBase
from implicit_sparsity.regression.estimators.stopped import Stopped, at_time
from implicit_sparsity.regression.folds import check_folds, folds
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
    relaxed : bool
        Whether ``coef_`` is least squares on the columns found, as for `DepthNRegressor`.
    depth, init : float
        As for `DepthNRegressor`.
    fit_intercept : bool
        As for `DepthNRegressor`.
    random_state : int, RandomState or None
        Shuffles the samples before they are split into folds, if ``cv`` is a number; with None,
        folds are blocks of rows. Nothing else is random.
    n_jobs : int or None
        Threads that share the folds, as in scikit-learn; -1 for all processors.
    verbose : int
        Whether to print a line of progress every few seconds.
    keep_path : bool
        As for `DepthNRegressor`.

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
        relaxed: bool = False,
        depth: float = 3.0,
        init: float = 1e-6,
        fit_intercept: bool = True,
        random_state: Any = None,
        n_jobs: int | None = None,
        verbose: int = 0,
        keep_path: bool = False,
    ) -> None:
        self.cv = cv
        self.standard_errors = standard_errors
        self.relaxed = relaxed
        self.depth = depth
        self.init = init
        self.fit_intercept = fit_intercept
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.keep_path = keep_path

    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, **params: Any
    ) -> Self:
        """Fit the data.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, p)
            Samples. Sparse ones are not made dense, but for the columns that move.
        y : array_like, shape (n,)
            Target.
        sample_weight : array_like, shape (n,), optional
            Weights of the samples, in the loss and in held-out errors, as for `DepthNRegressor`.
        **params : dict
            What the splitter of ``cv`` needs, such as ``groups``; with scikit-learn's metadata
            routing enabled.

        Returns
        -------
        estimator
            The estimator itself.

        Raises
        ------
        ValueError
            If data or parameters are out of their range, or there are fewer samples than folds.
        """
        self._check_parameters()
        split = {}
        if get_config()["enable_metadata_routing"]:
            routed = routing.process_routing(self, "fit", **params).get("splitter")
            split = dict(routed.split) if routed else {}
        elif params:
            raise ValueError(
                f"fit takes {', '.join(params)} for its splitter only with metadata routing; "
                "call sklearn.set_config(enable_metadata_routing=True) first."
            )
        samples = self._check_samples(X, y, sample_weight)
        return self._fit(samples, bool(self.relaxed), **split)

    def _check_parameters(self) -> None:
        super()._check_parameters()
        within("standard_errors", self.standard_errors, 0.0)
        flag("relaxed", self.relaxed)
        threads("n_jobs", self.n_jobs)
        check_folds(self.cv, self.random_state)

    def get_metadata_routing(self) -> Any:
        """What `fit` passes on to the splitter.

        Returns
        -------
        MetadataRouter
            The routes.
        """
        mapping = routing.MethodMapping().add(caller="fit", callee="split")
        router = routing.MetadataRouter(owner=self).add_self_request(self)
        # An iterable of splits needs nothing, and a generator would be used up.
        if hasattr(self.cv, "split"):
            router.add(splitter=check_cv(self.cv), method_mapping=mapping)
        return router

    def _stopped(
        self, samples: Samples, data: Standardised, network: Network, **split: Any
    ) -> Stopped:
        splits = folds(self.cv, samples, self.random_state, **split)
        settings = FlowSettings(network, self.fit_intercept, self.n_jobs, self.verbose)
        self.held_out_ = cross_validate(samples, splits, data, settings)
        return at_time(data, network, self.held_out_.first_within(float(self.standard_errors)))
