"""Sparse regression by a flow that stops by an information criterion, the noise, or at a time."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any, Self

from numpy.typing import ArrayLike
from sklearn.exceptions import ConvergenceWarning

from implicit_sparsity.checks import flag, one_of, within
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.regression.estimators.base import DepthNBase
from implicit_sparsity.regression.estimators.stopped import Stopped, at_time, where_it_passes
from implicit_sparsity.regression.horizon import Horizon
from implicit_sparsity.regression.level_sets import LevelSets
from implicit_sparsity.regression.noise import standardised_noise
from implicit_sparsity.regression.path import Recorder
from implicit_sparsity.regression.progress import Progress
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.stopping.information import (
    CRITERIA,
    InformationCurve,
    curve,
    price,
)
from implicit_sparsity.regression.support import EXACT_FIT, support_threshold
from implicit_sparsity.regression.working_set import Step, follow

#: A flow is followed to this multiple of the time of the best model, at least, since columns with
#: little pull come late.
PATIENCE = 2.0
#: Tolerance of that flow. Models are fitted anew, so it only has to tell their columns apart.
MODEL_RTOL = 1e-2


class DepthNRegressor(DepthNBase):
    """Sparse linear regression: the gradient flow of w = u^N − v^N, stopped early.

    The flow starts from u = v = α, a small start with α^N = ``init``. From there coordinates
    escape one after the other, those that explain most first. Noise comes last, so it is left out
    if the flow stops in time. There is no penalty, so what has escaped is hardly shrunk.

    Parameters
    ----------
    stopping_time : float, optional
        Flow time t > 0 to stop at, in the standardised units below. By default ``stop`` decides.
    stop : str
        "ebic", "bic" or "gic": at the model of the least information criterion, see
        `information_criterion`. "discrepancy": once the residual is down to the noise, see
        `discrepancy_time`.
    gamma : float
        γ of "ebic", from 0 to 1; the larger, the sparser.
    relaxed : bool, optional
        Whether ``coef_`` is least squares on the columns found, rather than their weights on the
        flow. By default where an information criterion stops, since it judges models by just that.
        Least squares undoes what the flow has not yet finished: a criterion reads a model off as
        soon as its last column rises above the noise, with a small weight still.
    sigma : float, optional
        Standard deviation of the noise, in the units of y, for "discrepancy"; by default what
        `noise_level` estimates, which takes a signal spread over many columns for noise.
    depth : float
        N ≥ 2, any real number.
    init : float
        α^N, in standardised units. The smaller, the sparser, up to a limit near 1e-6.
    fit_intercept : bool
        Whether columns and target are centred; otherwise they should be centred already.
    verbose : int
        Whether to print a line of progress every few seconds.
    keep_path : bool
        Whether pickles and deep copies hold ``path_``, which may be larger than all the rest.

    Attributes
    ----------
    coef_ : array, shape (p,)
        Coefficients, exactly zero where the standardised weight is below ``threshold_``.
    intercept_ : float
        Intercept.
    stopping_time_ : float
        Flow time at which the flow was stopped.
    path_ : RegressionPath
        The weights along the flow, in standardised units, one column for all copies of a column.
    curve_ : InformationCurve
        The criterion along the flow, where one stops it.
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
        stop: str = "ebic",
        gamma: float = 1.0,
        relaxed: bool | None = None,
        sigma: float | None = None,
        depth: float = 3.0,
        init: float = 1e-6,
        fit_intercept: bool = True,
        verbose: int = 0,
        keep_path: bool = False,
    ) -> None:
        self.stopping_time = stopping_time
        self.stop = stop
        self.gamma = gamma
        self.relaxed = relaxed
        self.sigma = sigma
        self.depth = depth
        self.init = init
        self.fit_intercept = fit_intercept
        self.verbose = verbose
        self.keep_path = keep_path

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the data.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, p)
            Samples. Sparse ones are not made dense, but for the columns that move.
        y : array_like, shape (n,)
            Target.
        sample_weight : array_like, shape (n,), optional
            Weights of the samples in the loss, in any unit: they say how much a sample counts
            beside the others, as inverse variances or survey weights do. The n of a criterion, of
            the noise and of ``threshold_`` is the number of equal samples that tell as much,
            (Σw)² / Σw². Where weights count repetitions, repeat the rows instead.

        Returns
        -------
        estimator
            The estimator itself.

        Raises
        ------
        ValueError
            If data or parameters are out of their range.
        """
        self._check_parameters()
        by_criterion = self.stopping_time is None and self.stop != "discrepancy"
        relaxed = by_criterion if self.relaxed is None else bool(self.relaxed)
        return self._fit(self._check_samples(X, y, sample_weight), relaxed)

    def _check_parameters(self) -> None:
        super()._check_parameters()
        if self.stopping_time is not None:
            within("stopping_time", self.stopping_time, 1e-200)
        one_of("stop", self.stop, [*CRITERIA, "discrepancy"])
        within("gamma", self.gamma, 0.0, 1.0)
        if self.relaxed is not None:
            flag("relaxed", self.relaxed)
        if self.sigma is not None:
            within("sigma", self.sigma, 0.0)

    def _stopped(
        self, samples: Samples, data: Standardised, network: Network, **split: Any
    ) -> Stopped:
        if self.stopping_time is not None:
            return at_time(data, network, float(self.stopping_time))
        if self.stop == "discrepancy":
            return self._down_to_the_noise(data, network)
        return self._least_criterion(data, network)

    def _least_criterion(self, data: Standardised, network: Network) -> Stopped:
        horizon, recorder = Horizon.of(data.steepest, network), Recorder(data)
        cost = price(self.stop, data.samples, data.columns.shape[1], self.gamma)
        sets, progress = LevelSets(data, cost), Progress(self.verbose)
        chosen: Step | None = None
        for step in follow(data, network, horizon.end, MODEL_RTOL):
            recorder.add(step)
            level = support_threshold(network.init, step.mean_square, data.samples)
            sets.add(step.time, step.columns, step.w, level)
            chosen = step if chosen is None or sets.best_time == step.time else chosen
            progress.line(step.time, partial(_news, sets))
            passed = step.time >= PATIENCE * max(sets.best_time, horizon.escape)
            if sets.full or (passed and sets.settled):
                break
        self.curve_: InformationCurve = curve(sets)
        assert chosen is not None  # a flow has a step
        found = (chosen.columns, chosen.w, chosen.mean_square)
        return Stopped(recorder.path(), sets.best_time, *found, sets.best.threshold)

    def _down_to_the_noise(self, data: Standardised, network: Network) -> Stopped:
        if self.sigma is None:
            level = max(standardised_noise(data) ** 2, EXACT_FIT)
        else:
            level = (float(self.sigma) / data.y_scale) ** 2
        recorder = Recorder(data)
        for step in follow(data, network, Horizon.of(data.steepest, network).end):
            if step.mean_square <= level:
                break
            recorder.add(step)
        else:
            if self.sigma is not None:
                warnings.warn(
                    "The residual stays above sigma, and the flow was followed to its end; "
                    "raise sigma, leave it out, or use DepthNRegressorCV.",
                    ConvergenceWarning,
                    stacklevel=3,
                )
            return Stopped(recorder.path(), step.time, step.columns, step.w, step.mean_square)
        return where_it_passes(step, level, data, recorder)


def _news(sets: LevelSets) -> str:
    """What a line of progress says of the models."""
    return (
        f"{sets.size[-1]} columns, criterion {sets.criterion[-1]:.5g}; "
        f"best {min(sets.criterion):.5g} with {sets.best.columns.size} columns"
    )
