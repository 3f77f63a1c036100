"""Data that the tests of the estimators and stopping rules share."""

from __future__ import annotations

import numpy as np

from implicit_sparsity import Problem


def sample(n=60, p=80, k=4, noise=0.5, rho=0.0, seed=0):
    """An AR(1) design, a target with k weights of either sign from 0.3 to 2, and the weights."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p))
    for j in range(1, p):
        X[:, j] = rho * X[:, j - 1] + np.sqrt(1 - rho**2) * X[:, j]
    w = np.zeros(p)
    w[rng.choice(p, k, replace=False)] = rng.uniform(0.3, 2, k) * rng.choice([-1, 1], k)
    return X, X @ w + noise * rng.standard_normal(n), w


def standardised(X, y):
    """Means and root mean squares, in the plainest way."""
    return X.mean(0), np.sqrt(X.var(0)), y.mean(), np.sqrt(y.var())


def sparse_problem(n=60, p=90, k=3, noise=0.4, seed=0):
    """A Gaussian design with k weights of 1, drawn beside a second sample of it."""
    rng = np.random.default_rng(seed)
    w_star = np.where(np.arange(p) < k, 1.0, 0.0)
    X = rng.standard_normal((2 * n, p))
    y = X @ w_star + noise * rng.standard_normal(2 * n)
    return Problem(X[:n], y[:n], w_star), Problem(X[n:], y[n:], w_star)
