"""An estimate of the noise in a linear regression."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.integrate import accepted_steps
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.regression.standardise import Scaled, horizon, threshold

#: The flow whose path is searched: depth, α^N in standardised units, tolerance.
DEPTH, INIT, RTOL = 3.0, 1e-6, 1e-3


def noise_level(problem: Problem, samples: float | None = None) -> float:
    """Standard deviation of the noise in y = Xw* + ξ; centre X and y first.

    It is the root of ‖y − Xŵ‖² / (n − s). With n at least twice p, ŵ is least squares and s the
    rank of X. Else ŵ is the point of a gradient flow of depth 3 on standardised columns, with s ≤
    n/2 non-zero weights, at which the extended Bayesian information criterion [1]_ is least::

        n log(‖y − Xŵ‖²/n) + s log n + 2 log C(p, s).

    Its last term pays for the search among p columns; without it, noise that happens to fit would
    pass for signal and the estimate would be too low [2]_. What signal is not found
    counts as noise.

    Parameters
    ----------
    problem : Problem
        n samples of p columns.
    samples : float, optional
        The n of the formulas, if rows stand for several samples or parts of one.

    References
    ----------
    .. [1] J. Chen & Z. Chen, "Extended Bayesian information criteria for model selection with
       large model spaces", Biometrika 95, 759–771 (2008), with γ = 1.
    .. [2] J. Fan, S. Guo & N. Hao, "Variance estimation using refitted cross-validation in
       ultrahigh dimensional regression", JRSS B 74, 37–65 (2012).
    """
    scaled = Scaled.of(problem.X, problem.y, None, centre=False)
    n = float(problem.n) if samples is None else samples
    if n >= 2 * scaled.problem.p:
        w, _, rank, _ = np.linalg.lstsq(scaled.problem.X, scaled.problem.y)
        loss = float(np.square(scaled.problem.X @ w - scaled.problem.y).mean())
        size = int(rank)
    else:
        loss, size = _selected(scaled.problem, n)
    return float(scaled.y_scale * np.sqrt(loss * n / max(n - size, 1.0)))


def _selected(problem: Problem, n: float) -> tuple[float, int]:
    """Mean squared residual and size of the model on the path that the criterion prefers."""
    network = Network.of(DEPTH, INIT ** (1 / DEPTH), one_sided=False)
    best, chosen = np.inf, (float(np.square(problem.y).mean()), 0)
    for piece in accepted_steps(problem, network, horizon(problem, network)[1], RTOL):
        loss, size = _model(problem, piece.w[-1], n)
        if size > n / 2 or loss == 0.0:
            break
        choices = gammaln(problem.p + 1) - gammaln(size + 1) - gammaln(problem.p - size + 1)
        criterion = n * np.log(loss) + size * np.log(n) + 2 * choices
        if criterion < best:
            best, chosen = criterion, (loss, size)
        elif criterion > best + n:
            # It would take an e-fold fall of the residual to be back: this is noise being fitted.
            break
    return chosen


def _model(problem: Problem, w: Vector, n: float) -> tuple[float, int]:
    loss = float(np.square(problem.X @ w - problem.y).mean())
    return loss, int(np.count_nonzero(np.abs(w) >= threshold(INIT, loss, n)))
