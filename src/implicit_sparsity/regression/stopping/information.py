"""Stop at the model of the least information criterion along one path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.checks import one_of, within
from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.regression.level_sets import LevelSets
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.trajectory import Trajectory

Price = Callable[[float, int, float], float]

#: The criteria: what a column costs, for n samples, p columns and γ.
CRITERIA: dict[str, Price] = {
    "ebic": lambda n, p, gamma: float(np.log(n) + 2 * gamma * np.log(p)),
    "bic": lambda n, p, gamma: float(np.log(n)),
    "gic": lambda n, p, gamma: float(np.log(np.log(max(n, 3.0))) * np.log(p)),
}


def price(criterion: str, samples: float, columns: int, gamma: float = 1.0) -> float:
    """What a column costs in an information criterion.

    Parameters
    ----------
    criterion : str
        "bic" [1]_: log n. "ebic" [2]_: log n + 2γ log p, which pays for the search among p columns.
        "gic" [3]_: log(log n) log p, one choice among the generalised criteria [4]_.
    samples : float
        n.
    columns : int
        p.
    gamma : float, optional
        γ of "ebic", from 0 to 1.

    Returns
    -------
    float
        The price.

    Raises
    ------
    ValueError
        If there is no such criterion or γ is out of its range.

    References
    ----------
    .. [1] G. Schwarz, "Estimating the dimension of a model", Annals of Statistics 6, 461–464
       (1978).
    .. [2] J. Chen & Z. Chen, "Extended Bayesian information criteria for model selection with
       large model spaces", Biometrika 95, 759–771 (2008).
    .. [3] Y. Fan & C. Y. Tang, "Tuning parameter selection in high dimensional penalized
       likelihood", JRSS B 75, 531–552 (2013).
    .. [4] R. Nishii, "Asymptotic properties of criteria for selection of variables in multiple
       regression", Annals of Statistics 12, 758–765 (1984).
    """
    return CRITERIA[one_of("criterion", criterion, CRITERIA)](
        samples, columns, within("gamma", gamma, 0.0, 1.0)
    )


@dataclass(frozen=True, eq=False, repr=False)
class InformationCurve:
    """An information criterion along flow time.

    Attributes
    ----------
    time : array, shape (T,)
        Flow times, increasing.
    criterion : array, shape (T,)
        The criterion of the best model that is read off there.
    size : array, shape (T,)
        Number of columns of that model.
    best_time : float
        The first flow time of the least criterion.
    support : array, shape (k,)
        Columns of the model of the least criterion, increasing.
    w : array, shape (p,)
        Its weights, by least squares on these columns; 0 elsewhere.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import Problem, gradient_flow, information_criterion
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((60, 100))
    >>> problem = Problem(X, 2 * X[:, 3] - X[:, 7] + 0.1 * rng.standard_normal(60))
    >>> curve = information_criterion(gradient_flow(problem, 3, 0.01), problem)
    >>> int(curve.size[curve.criterion.argmin()])
    2
    """

    time: Vector
    criterion: Vector
    size: NDArray[np.intp]
    best_time: float
    support: NDArray[np.intp]
    w: Vector

    def __repr__(self) -> str:
        least = f"least criterion {self.criterion.min():.5g} at {self.best_time:.4g}"
        return f"InformationCurve({self.time.size} times, {least}, {self.support.size} columns)"


def information_criterion(
    path: Trajectory, problem: Problem, criterion: str = "ebic", gamma: float = 1.0
) -> InformationCurve:
    """The model of least n log(RSS / n) + k · price along a path, and when it is first read off.

    At every recorded time the columns with weights above the level of `support_threshold`, in the
    order of their weights, give models of 1, 2, … columns. Each is fitted by least squares, so the
    shrinkage of the weights that grow at that time does not count against it. The price of a column
    is that of `price`.

    Parameters
    ----------
    path : Trajectory
        A trajectory of descent or flow on the problem's data.
    problem : Problem
        The data; centre X and y first.
    criterion : str, optional
        "ebic", "bic" or "gic". The last two charge less than it takes to keep the best of many
        columns of noise out, so they are for p well below n.
    gamma : float, optional
        γ of "ebic".

    Returns
    -------
    InformationCurve
        The criterion along the path, and the model of the least.

    Raises
    ------
    ValueError
        If there is no such criterion, γ is out of its range or the problem has another number of
        columns.

    References
    ----------
    .. [1] J. Chen & Z. Chen, "Extended Bayesian information criteria for model selection with
       large model spaces", Biometrika 95, 759–771 (2008).

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import Problem, gradient_flow, information_criterion
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((60, 100))
    >>> problem = Problem(X, 2 * X[:, 3] - X[:, 7] + 0.1 * rng.standard_normal(60))
    >>> curve = information_criterion(gradient_flow(problem, 3, 0.01), problem)
    >>> curve.support
    array([3, 7])
    """
    if path.w.shape[1] != problem.p:
        raise ValueError(
            f"The problem has {problem.p} columns but the path {path.w.shape[1]} weights; "
            "use the columns that the path was fitted to."
        )
    data = Standardised.of(Samples(problem.X, problem.y, None), centre=False, merge=False)
    sets = LevelSets(data, price(criterion, data.samples, problem.p, gamma))
    every = np.arange(problem.p)
    # Columns of zeros have an infinite scale, and weights of 0.
    unit = np.where(np.isinf(data.x.scale), 0.0, data.x.scale) / data.y_scale
    bound = path.alpha ** (path.depth / 4)
    for time, w in zip(path.time[1:], path.w[1:], strict=True):
        loss = float(np.square(problem.X @ w - problem.y).mean()) / data.y_scale**2
        sets.add(float(time), every, w * unit, np.minimum(bound * unit, sets.standard_error(loss)))
    return curve(sets)


def curve(sets: LevelSets) -> InformationCurve:
    """What was found along a path."""
    data, model = sets.data, sets.best
    w = data.coefficients(model.columns, model.w)
    return InformationCurve(
        np.array(sets.time), np.array(sets.criterion), np.array(sets.size), sets.best_time,
        np.flatnonzero(w), w,
    )  # fmt: skip
