"""Early-stopping windows of gradient descent in single against double precision."""

from __future__ import annotations

import numpy as np
from numba import njit

from implicit_sparsity.descent.engine import gradient_descent
from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.spec import ProblemSpec
from implicit_sparsity.theory.levels import off_support_bound

#: Iterations of either descent, over those that the flow's window takes.
ITERATION_FACTOR = 1.25
#: The same for a first try, which is enough where descent keeps close to the flow.
SOON_FACTOR = 1.02


def measure(
    spec: ProblemSpec,
    problem: Problem,
    depth: float,
    alpha: float,
    *,
    step_size: list[float],
    tolerance: float = 0.1,
) -> list[dict[str, float | str | None]]:
    """Edges of the window by step size and precision, a row each.

    Parameters
    ----------
    spec, problem, depth, alpha
        What every `Measure` takes.
    step_size : list of float
        Step sizes of the gradient descents that the flow is compared with, a list of positive
        numbers, each once.
    tolerance : float
        Error of a weight on the support below which the window begins, a positive number; 0.1
        without, as in early_stopping_coordinate.

    Returns
    -------
    list of dict
        ``step_size``; ``precision``, "float32", "float64", or "flow" for the gradient flow;
        ``window_start`` and ``window_end``, the first iterations at which the window begins and
        ends, None if not within ``ITERATION_FACTOR`` times the iterations that the flow takes. No
        descent is run where the flow has no window: its rows are without edges.
    """
    flow = gradient_flow(problem, depth, alpha, tolerance=tolerance).events
    begun, ended = flow.support_reached, flow.off_support_exceeded
    has_window = begun is not None and ended is not None and begun < ended
    rows: list[dict[str, float | str | None]] = []
    for step in step_size:
        found: dict[str, tuple[float | None, float | None]]
        found = dict.fromkeys(("float64", "float32", "flow"), (None, None))
        if begun is not None and ended is not None and has_window:
            soon, last = (int(f * ended / step) + 1 for f in (SOON_FACTOR, ITERATION_FACTOR))
            run = problem, int(depth), alpha, step
            found = {
                "float64": double_edges(*run, [soon, last], tolerance),
                "float32": edges(*run, last, tolerance, np.float32),
                "flow": (begun / step, ended / step),
            }
        for precision, (start, end) in found.items():
            rows.append({"step_size": step, "precision": precision})
            rows[-1] |= {"window_start": start, "window_end": end}
    return rows


def double_edges(
    problem: Problem,
    depth: int,
    alpha: float,
    step_size: float,
    iterations: list[int],
    level: float,
) -> tuple[float | None, float | None]:
    """Edges of the window of ``gradient_descent``, which is in double precision.

    Parameters
    ----------
    problem, depth, alpha, step_size, level
        As `edges` takes them.
    iterations : list of int
        Numbers of iterations to try, increasing, until both edges are found.

    Returns
    -------
    tuple
        As `edges` returns it.
    """
    for last in iterations:
        events = gradient_descent(problem, depth, alpha, step_size, last, tolerance=level).events
        found = events.support_reached, events.off_support_exceeded
        if None not in found:
            break
    return found


def edges(
    problem: Problem,
    depth: int,
    alpha: float,
    step_size: float,
    iterations: int,
    level: float,
    dtype: type[np.floating],
) -> tuple[int | None, int | None]:
    """Edges of the window of descent in a plain loop, in one floating-point type.

    The iteration is that of :func:`implicit_sparsity.descent.engine.gradient_descent`.

    Parameters
    ----------
    problem : Problem
        The problem.
    depth : int
        Depth N.
    alpha : float
        Start u = v = α.
    step_size : float
        Step size.
    iterations : int
        Greatest number of iterations.
    level : float
        Error of a weight on the support below which the window begins.
    dtype : type
        ``numpy.float32`` or ``numpy.float64``, of every number.

    Returns
    -------
    tuple
        The first iterations at which the window begins and ends, None if never.
    """
    order = np.argsort(problem.truth == 0, kind="stable")  # the support first
    X = np.ascontiguousarray(problem.X[:, order], dtype=dtype)
    arrays = X, np.ascontiguousarray(X.T), problem.y.astype(dtype)
    levels = problem.truth[problem.support].astype(dtype), dtype(level)
    bound = dtype(off_support_bound(depth, alpha))
    rate = dtype(step_size * depth * 2 / problem.n)
    start, end = _descend(*arrays, *levels, bound, dtype(alpha), rate, depth, iterations)
    return (start if start >= 0 else None), (end if end >= 0 else None)


@njit(cache=True)
def _descend(X, X_T, y, truth, level, bound, alpha, rate, depth, iterations):  # type: ignore[no-untyped-def]
    """First iterations within the level and beyond the bound; -1 if there is none."""
    p, k = X.shape[1], truth.size
    u, v = np.full(p, alpha), np.full(p, alpha)
    slope_u, slope_v, w = np.empty_like(u), np.empty_like(u), np.zeros_like(u)
    residual, gradient = np.empty_like(y), np.empty_like(u)
    start = end = -1
    for t in range(iterations + 1):
        slope_u[:] = u
        slope_v[:] = v
        for _ in range(depth - 2):
            for i in range(p):
                slope_u[i] *= u[i]
                slope_v[i] *= v[i]
        for i in range(p):
            w[i] = slope_u[i] * u[i] - slope_v[i] * v[i]
        if start < 0 and np.abs(w[:k] - truth).max() < level:
            start = t
        if end < 0:
            beyond = 0  # counted, since a maximum of floats would not become vector instructions
            for i in range(k, p):
                beyond += abs(w[i]) > bound
            if beyond:
                end = t
        if start >= 0 and end >= 0:
            break
        np.dot(X, w, residual)
        residual -= y
        np.dot(X_T, residual, gradient)
        for i in range(p):
            u[i] -= rate * (slope_u[i] * gradient[i])
            v[i] += rate * (slope_v[i] * gradient[i])
    return start, end
