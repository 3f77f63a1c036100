"""The flows that the explorer shows, one for each start."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from implicit_sparsity.baselines import oracle
from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.pipeline.studies.recovery import BEYOND, tolerance
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.theory.windows import early_stopping_window

#: Number of times of a curve at first, and the last of these times over the first.
TIMES, SPAN = 150, 300.0
#: Change of a weight between two times, of the range of all, above which one between them is added,
#: and how often at most.
JUMP, HALVINGS = 0.04, 7


def paths(spec: StudySpec) -> pd.DataFrame:
    """Follow the flows of the first replicate of a study's first cell.

    They are the flows that `studies.recovery` measures, at log-spaced times, and more where weights
    jump. Flows that the study ends with their window are followed beyond it.

    Parameters
    ----------
    spec : StudySpec
        The study at one depth.

    Returns
    -------
    DataFrame
        Columns depth, init, curve, truth, t and value. A curve is "w_1", ... (a weight on the
        support, counted from 1), "off_support" (the largest |w| off the support) or "error"
        (‖w − w*‖²). The events "support_reached", "off_support_exceeded" and "best" are single
        points, left out where they do not happen. "oracle" is a single point too: the oracle's
        error at the last time. ``truth`` is the true weight, NaN where there is none.
    """
    cell = spec.cells[0]
    problem = generate(cell)[0]
    level = tolerance(cell, problem)
    oracle_error = float(np.sum((oracle.fit(problem).w - problem.truth) ** 2))
    frames = []
    for alpha, init in zip(spec.alpha, spec.init, strict=True):
        end = early_stopping_window(problem, spec.depth, alpha, level).end
        fitted = spec.options.get("until", "fitted") == "fitted" or np.isinf(end)
        t_max = None if fitted else BEYOND * end
        path = gradient_flow(problem, spec.depth, alpha, t_max, tolerance=level)
        for curve, (truth, when, value) in _curves(problem, path, oracle_error).items():
            if when is not None:
                keys = {"depth": spec.depth, "init": init, "curve": curve, "truth": truth}
                rows = {"t": np.atleast_1d(when), "value": np.atleast_1d(value)}
                frames.append(pd.DataFrame(keys | rows))
    return pd.concat(frames, ignore_index=True)


def _curves(
    problem: Problem, path: FlowTrajectory, oracle_error: float
) -> dict[str, tuple[float, Any, Any]]:
    """Of each curve of a flow: the true weight, times and values; an event's time may be None."""
    last, events = float(path.t[-1]), path.events
    off = np.setdiff1d(np.arange(problem.p), problem.support)
    t = _times(path, last)
    w = path.at(t)
    return {f"w_{i + 1}": (problem.truth[i], t, w[:, i]) for i in problem.support} | {
        "off_support": (0.0, t, np.abs(w[:, off]).max(axis=1, initial=0.0)),
        "error": (np.nan, t, np.sum((w - problem.truth) ** 2, axis=1)),
        "support_reached": (np.nan, events.support_reached, events.tolerance),
        "off_support_exceeded": (np.nan, events.off_support_exceeded, events.bound),
        "best": (np.nan, events.best_t, events.best_error),
        "oracle": (np.nan, last, oracle_error),
    }


def _times(path: FlowTrajectory, last: float) -> NDArray[np.float64]:
    """Log-spaced times, halved where a weight jumps, so that its curve is as steep as it is."""
    t = np.geomspace(last / SPAN, last, TIMES)
    for _ in range(HALVINGS):
        w = path.at(t)
        wide = np.abs(np.diff(w, axis=0)).max(axis=1) > JUMP * np.ptp(w)
        if not wide.any():
            break
        t = np.sort(np.concatenate([t, np.sqrt(t[:-1] * t[1:])[wide]]))
    return t
