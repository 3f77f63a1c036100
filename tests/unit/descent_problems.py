"""Problems for the tests of gradient descent, and the iteration in plain NumPy."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Problem

KINDS = ("signs", "zeros and ones", "constant", "integers", "reals")


def make_problem(kind: str, n: int, p: int, seed: int = 0, noise: float = 0.5) -> Problem:
    """A design of n × p, with ones on the first few coordinates of the truth."""
    random = np.random.default_rng(seed)
    X = {
        "signs": lambda: random.choice([-1.0, 1.0], (n, p)),
        "zeros and ones": lambda: random.choice([0.0, 1.0], (n, p)),
        "constant": lambda: np.full((n, p), 0.5),
        "integers": lambda: random.integers(-3, 4, (n, p)).astype(float),
        "reals": lambda: random.standard_normal((n, p)),
    }[kind]()
    w_star = np.zeros(p)
    w_star[: -(-p // 10)] = 1.0
    return Problem(X, X @ w_star + noise * random.standard_normal(n), w_star)


def plain(
    problem: Problem,
    depth: int,
    alpha: float,
    step_size: float,
    iterations: int,
    one_sided: bool = False,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """All iterates, shape (iterations + 1, p), and their losses, written as the paper has them."""
    X, y, n = problem.X, problem.y, problem.n
    u, v = np.full(problem.p, alpha), np.full(problem.p, 0.0 if one_sided else alpha)
    iterates, losses = [], []
    for _ in range(iterations + 1):
        w = u**depth - v**depth
        residual = X @ w - y
        iterates.append(w)
        losses.append(residual @ residual / n)
        gradient = 2 / n * X.T @ residual
        u = u - step_size * depth * u ** (depth - 1) * gradient
        v = v + step_size * depth * v ** (depth - 1) * gradient
    return np.array(iterates), np.array(losses)


def stable_step(problem: Problem, depth: int) -> float:
    """A step size far from divergence, yet large enough for a thousand steps to go somewhere."""
    return float(0.1 / depth**2 / (1 + 2 * np.linalg.norm(problem.X, 2) ** 2 / problem.n))


def first(hits: NDArray[Any]) -> int | None:
    return int(hits.argmax()) if hits.any() else None


@dataclass
class ToldOf:
    """Progress by a clock that runs on by a tenth of a second each time that it is read."""

    now: float = 0.0
    calls: list[tuple[int, int, float]] = field(default_factory=list)

    def monotonic(self) -> float:
        self.now += 0.1
        return self.now

    def progress(self, done: int, total: int) -> None:
        self.calls.append((done, total, self.now))

    def check(self, iterations: int) -> None:
        """It was told about once a second, and at the end."""
        done, total, told = zip(*self.calls, strict=True)
        assert len(self.calls) > 3 and set(total) == {iterations} and done[-1] == iterations
        assert all(a < b for a, b in pairwise(done))
        assert all(later - earlier > 1 for earlier, later in pairwise(told[:-1]))
