"""Laws of the noise, all of mean 0 and variance 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from implicit_sparsity.problem import Vector

#: How to draw independent values, by the name of their law.
LAWS: dict[str, Callable[[np.random.Generator, int], Vector]] = {
    "gaussian": lambda rng, n: rng.standard_normal(n),
    "uniform": lambda rng, n: rng.uniform(-np.sqrt(3), np.sqrt(3), n),
    "sign": lambda rng, n: rng.choice([-1.0, 1.0], n),
    # Of variance 3, and without a moment of order 3: not sub-Gaussian.
    "student_t3": lambda rng, n: rng.standard_t(3, n) / np.sqrt(3),
}
