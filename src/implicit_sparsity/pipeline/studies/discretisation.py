"""How far gradient descent departs from gradient flow, by step size."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.descent.engine import gradient_descent
from implicit_sparsity.descent.limits import DivergenceError
from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
from implicit_sparsity.pipeline.studies.recovery import tolerance
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.spec import ProblemSpec

#: Times at which the two are compared, enough to see every coordinate grow.
POINTS = 5000
#: Time of the control, a flow that runs 5 % fast, over that of the flow.
FAST = 1.05


def measure(
    spec: ProblemSpec, problem: Problem, depth: float, alpha: float, *, scaled_step: list[float]
) -> list[dict[str, float | None]]:
    """Distance of descent from the flow until the early-stopping window ends, a row a step size.

    Parameters
    ----------
    spec, problem, depth, alpha
        What every `Measure` takes.
    scaled_step : list of float
        Step sizes times N^2 of the gradient descents that the flow is compared with, a list of
        positive numbers, each once.

    Returns
    -------
    list of dict
        ``step_size``; ``deviation``, max over times and coordinates of |w_descent − w_flow|;
        ``deviation_fast``, the same for a flow that runs 5 % fast, a control; the edges of the
        window in flow time, of the flow (``flow_start``, ``flow_end``) and of descent
        (``descent_start``, ``descent_end``), None if never. Rows of a flow whose window never ends
        are empty; a descent that diverges deviates infinitely.
    """
    level = tolerance(spec, problem)
    stop = gradient_flow(problem, depth, alpha, rtol=1e-6).events.off_support_exceeded
    steps = [scaled / depth**2 for scaled in scaled_step]
    if not stop:
        return [{"step_size": step} for step in steps]
    flow = gradient_flow(problem, depth, alpha, 1.5 * stop, rtol=1e-6, tolerance=level)
    rows: list[dict[str, float | None]] = []
    for step in steps:
        edges = {"flow_start": flow.events.support_reached}
        edges |= {"flow_end": flow.events.off_support_exceeded}
        rows.append({"step_size": step, **edges, **_descent(problem, flow, stop, step, level)})
    return rows


def _descent(
    problem: Problem, flow: FlowTrajectory, stop: float, step: float, level: float
) -> dict[str, float | None]:
    """Where descent at one step size deviates, and its window."""
    record_at = np.unique(np.linspace(0, stop / step, POINTS).astype(np.int64))
    try:
        path = gradient_descent(
            problem,
            int(flow.depth),
            flow.alpha,
            step,
            int(1.2 * stop / step),
            record_at=record_at,
            tolerance=level,
        )
    except DivergenceError:
        return {"deviation": np.inf, "deviation_fast": np.inf}
    reached, exceeded = path.events.support_reached, path.events.off_support_exceeded
    return {
        "deviation": float(np.abs(path.w - flow.at(path.time)).max()),
        "deviation_fast": float(np.abs(path.w - flow.at(FAST * path.time)).max()),
        "descent_start": None if reached is None else reached * step,
        "descent_end": None if exceeded is None else exceeded * step,
    }
