"""An estimate of the noise in a linear regression."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.problem import Problem
from implicit_sparsity.regression.horizon import Horizon
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.support import support_threshold
from implicit_sparsity.regression.working_set import follow

#: The flow along which models are compared: depth, and α^N in standardised units.
MODEL_DEPTH, MODEL_INIT = 3.0, 1e-6


class Model(NamedTuple):
    """A fitted model: its mean squared residual, and its number of non-zero weights."""

    loss: float
    size: int


def noise_level(problem: Problem, samples: float | None = None) -> float:
    """Standard deviation of the noise in y = Xw* + ξ; centre X and y first.

    It is the root of ‖y − Xŵ‖² / (n − s). With n at least twice p, ŵ is least squares and s the
    rank of X. Else ŵ is the point of a gradient flow of depth 3 on standardised columns, with s ≤
    n/2 non-zero weights, at which the extended Bayesian information criterion [1]_ is least::

        n log(‖y − Xŵ‖²/n) + s log n + 2 log C(p, s).

    Its last term pays for the search among p columns. Without it, noise that happens to fit would
    count as signal, and the estimate would be too low [2]_. Signal that is not found counts as
    noise.

    Parameters
    ----------
    problem : Problem
        n samples of p columns.
    samples : float, optional
        The n of the formulas, if rows stand for several samples or parts of one.

    Returns
    -------
    float
        The estimate, in the units of y.

    References
    ----------
    .. [1] J. Chen & Z. Chen, "Extended Bayesian information criteria for model selection with
       large model spaces", Biometrika 95, 759–771 (2008), with γ = 1.
    .. [2] J. Fan, S. Guo & N. Hao, "Variance estimation using refitted cross-validation in
       ultrahigh dimensional regression", JRSS B 74, 37–65 (2012).

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import Problem, noise_level
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((100, 200))
    >>> y = X[:, 0] - X[:, 1] + 0.5 * rng.standard_normal(100)
    >>> round(noise_level(Problem(X, y)), 1)
    0.5
    """
    data = Standardised.of(Samples(problem.X, problem.y, None), centre=False)
    if samples is not None:
        data = replace(data, samples=samples)
    return float(data.y_scale * standardised_noise(data))


def standardised_noise(data: Standardised) -> float:
    """`noise_level` of data that are standardised already, in these units."""
    n, r = data.samples, data.columns.shape[1]
    if n >= 2 * r:
        Z = data.columns.take(np.arange(r))
        w, _, rank, _ = np.linalg.lstsq(Z, data.target)
        loss = float(np.square(Z @ w - data.target).mean()) + data.out_of_reach
        model = Model(loss, int(rank))
    else:
        model = _selected(data)
    return float(np.sqrt(model.loss * n / max(n - model.size, 1.0)))


def _selected(data: Standardised) -> Model:
    """The model along the flow that the criterion prefers."""
    network = Network.of(MODEL_DEPTH, MODEL_INIT ** (1 / MODEL_DEPTH), one_sided=False)
    n, p = data.samples, data.columns.shape[1]
    least, chosen = np.inf, Model(data.mean_square, 0)
    for step in follow(data, network, Horizon.of(data.steepest, network).end):
        threshold = support_threshold(MODEL_INIT, step.mean_square, n)
        model = Model(step.mean_square, int(np.count_nonzero(np.abs(step.w) >= threshold)))
        if model.size > n / 2 or model.loss == 0.0:
            break
        criterion = _extended_bic(model, n, p)
        if criterion < least:
            least, chosen = criterion, model
        elif criterion > least + n:
            # Only a residual e times smaller would bring it back: from here on noise is fitted.
            break
    return chosen


def _extended_bic(model: Model, n: float, p: int) -> float:
    choices = gammaln(p + 1) - gammaln(model.size + 1) - gammaln(p - model.size + 1)
    return float(n * np.log(model.loss) + model.size * np.log(n) + 2 * choices)
