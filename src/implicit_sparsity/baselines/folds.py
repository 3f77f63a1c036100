"""Cross-validation of a path of weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from implicit_sparsity.problem import Matrix, Vector

#: Folds, which are blocks of rows.
FOLDS = 5


def best_of_path(X: Matrix, y: Vector, path: Callable[[Matrix, Vector], Matrix]) -> int:
    """Index of the point of a path with the least mean squared error on held-out folds.

    Parameters
    ----------
    X : array, shape (n, p)
        Design.
    y : array, shape (n,)
        Response.
    path : callable
        From a design and a response to weights, shape (M, p), whose rows have the same meaning
        whatever the data, such as one row a penalty.

    Returns
    -------
    int
        The row.
    """
    from sklearn.model_selection import KFold

    errors = []
    for train, test in KFold(FOLDS).split(X):
        w = path(X[train], y[train])
        errors.append(np.square(X[test] @ w.T - y[test, None]).mean(axis=0))
    return int(np.mean(errors, axis=0).argmin())
