"""Compile the engines now, not at their first call: ``python -m implicit_sparsity.precompile``.

As for the image of a container, or before many processes start at a time.
"""

from __future__ import annotations

import numpy as np

from implicit_sparsity import Problem, gradient_descent, gradient_flow


def main() -> None:
    """Run each engine on data of each kind."""
    for X in (np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([[2.0, 0.5], [1.0, 3.0]])):
        problem = Problem(X, X[:, 0], np.array([1.0, 0.0]))
        gradient_descent(problem, depth=2, alpha=0.1, step_size=0.01, iterations=10)
    path = gradient_flow(problem, depth=2, alpha=0.1)
    path.at(path.t)


if __name__ == "__main__":
    main()
