"""Problems that the tests of the baselines share."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from implicit_sparsity import Problem

#: Samples, columns, non-zero weights and seed.
sizes = st.tuples(st.integers(4, 25), st.integers(4, 30), st.integers(1, 4), st.integers(0, 99))


def sparse(n, p, k, noise=0.3, seed=0):
    """A problem whose support is scattered and whose columns have various norms."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p)) * rng.uniform(0.5, 2.0, p)
    w = np.zeros(p)
    w[rng.choice(p, k, replace=False)] = rng.choice([-2.0, -1.0, 1.0, 3.0], k)
    return Problem(X, X @ w + noise * rng.standard_normal(n), w)


def squared_error(problem, w):
    return float(sum((w - problem.truth) ** 2))
