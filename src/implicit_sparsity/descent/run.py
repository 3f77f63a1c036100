"""What one run of gradient descent is asked to do."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.checks import flag, instance, positive, whole
from implicit_sparsity.problem import Problem


@dataclass(frozen=True, eq=False)
class Descent:
    """One run of gradient descent, for `gradient_descents`.

    Parameters
    ----------
    problem : Problem
        Data of n samples and p coordinates.
    depth : int
        N ≥ 2.
    alpha : float
        Start α > 0.
    step_size : float
        η > 0.
    iterations : int
        Number of iterations, at least 1.
    record_at : iterable of int, optional
        Iterations, increasing within [0, iterations], whose weights are kept besides 0 and the
        last. By default about 200 in geometric progression.
    one_sided : bool, optional
        Train w = u^N, which is the same iteration from v = 0.
    tolerance : float, optional
        Level of ``events.support_reached``.
    bound : float, optional
        Level of ``events.off_support_exceeded``; α^{N/4} by default.

    Raises
    ------
    TypeError
        If problem or one_sided is of another kind.
    ValueError
        If a number is not one, or out of its range.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from implicit_sparsity import Descent, Problem
    >>> problem = Problem([[1.0, 0.5], [0.5, 1.0]], y=[1.0, 0.5])
    >>> run = Descent(problem, depth=2, alpha=0.1, step_size=0.01, iterations=500, record_at=[100])
    >>> [replace(run, alpha=alpha).alpha for alpha in (0.01, 0.1)]
    [0.01, 0.1]
    """

    problem: Problem
    depth: int
    alpha: float
    step_size: float
    iterations: int
    record_at: Iterable[int] | None = None
    one_sided: bool = False
    tolerance: float = field(default=0.1, kw_only=True)
    bound: float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        instance("problem", self.problem, Problem, "build one from X and y")
        self._set("depth", whole("depth", self.depth, least=2))
        self._set("alpha", positive("alpha", self.alpha))
        self._set("step_size", positive("step_size", self.step_size))
        self._set("iterations", whole("iterations", self.iterations))
        self._set("one_sided", flag("one_sided", self.one_sided))
        if not 0 < (log := self.depth * math.log10(self.alpha) + 308) < 616:
            raise ValueError(f"alpha ** depth is about 1e{log - 308:.0f}; bring alpha nearer to 1.")
        self._set("tolerance", positive("tolerance", self.tolerance))
        if self.bound is not None:
            self._set("bound", positive("bound", self.bound))
        if self.record_at is not None:
            self._set("record_at", _increasing(self.record_at, self.iterations))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def stops(self) -> NDArray[np.int64]:
        """Iterations whose weights are kept, from 0 to the last, shape (R,)."""
        return recorded_iterations(self.record_at, self.iterations)

    @property
    def level(self) -> float:
        """The bound, or its default."""
        return float(self.alpha ** (self.depth / 4)) if self.bound is None else self.bound


def recorded_iterations(record_at: Iterable[int] | None, iterations: int) -> NDArray[np.int64]:
    """Iterations whose weights are kept, from 0 to the last; about 200 if none are given."""
    if record_at is None:
        kept = tuple(np.geomspace(1, iterations, 200).round().astype(np.int64).tolist())
    else:
        kept = _increasing(record_at, iterations)
    return np.array(sorted({0, *kept, iterations}), dtype=np.int64)


def _increasing(record_at: Iterable[int], iterations: int) -> tuple[int, ...]:
    """The iterations to record, if they increase within [0, iterations]."""
    try:
        given = tuple(operator.index(t) for t in record_at)
    except TypeError:
        raise ValueError("record_at must list whole iterations; round its entries.") from None
    if any(later <= t for t, later in pairwise(given)):
        raise ValueError("record_at must increase; sort it and drop repeats.")
    if given and not 0 <= given[0] <= given[-1] <= iterations:
        raise ValueError(f"record_at must lie within [0, {iterations}]; drop what is outside.")
    return given
