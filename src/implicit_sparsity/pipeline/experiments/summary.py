"""One row for each depth and start of an experiment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.experiments.error import log2_error
from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.theory.windows import Window, error_window

COLUMNS = [
    "experiment",
    "depth",
    "alpha",
    "init",
    "step_size",
    "iterations",
    "replicates",
    "predicted_escape",
    "best_error",
    "best_iteration",
    "final_error",
    "window_start",
    "window_end",
    "window_size",
]


def summarise(experiment: str, window: str | None, runs: list[Runs]) -> pd.DataFrame:
    """Errors, early-stopping window and predicted escape of every depth and start.

    With one replicate, the best error and both edges of a "coordinate" window are exact to the
    iteration. With several, errors are those of the curve of medians over replicates of
    log₂‖w_t − w*‖², on the iterations of the trace.

    Parameters
    ----------
    experiment : str
        Name that fills the first column.
    window : str or None
        "coordinate", "error" or None, which leaves the three window columns empty.
    runs : list of Runs
        One for each depth.

    Returns
    -------
    DataFrame
        Columns ``COLUMNS``. A window's edge is empty where it is never reached.
    """
    rows = [_row(window, run, a) for run in runs for a in range(len(run.alpha))]
    # Nullable integers, so that an empty edge does not turn iteration 194 into 194.0.
    return pd.DataFrame(rows).assign(experiment=experiment)[COLUMNS].convert_dtypes()


def _row(window: str | None, run: Runs, a: int) -> dict[str, float | None]:
    replicates = run.error.shape[1]
    median = np.median(log2_error(run.error[a]), axis=0)
    if replicates == 1:  # exact, not through the logarithm
        best_error, best_iteration = run.best_error[a, 0], run.best_t[a, 0]
        final_error = run.error[a, 0, -1]
    else:
        best_error, best_iteration = 2 ** median.min(), run.trace_t[median.argmin()]
        final_error = 2 ** median[-1]
    edges = Window(np.inf, np.inf)
    if window == "error":
        edges = error_window(run.trace_t, median)
    elif window == "coordinate":
        reached, exceeded = run.support_reached[a], run.off_support_exceeded[a]
        edges = Window(_median(reached), _median(exceeded))
    return {
        "depth": run.depth,
        "alpha": run.alpha[a],
        "init": run.init[a],
        "step_size": run.step_size,
        "iterations": run.iterations,
        "replicates": replicates,
        "predicted_escape": run.predicted_escape[a],
        "best_error": best_error,
        "best_iteration": best_iteration,
        "final_error": final_error,
        "window_start": _if_finite(edges.start),
        "window_end": _if_finite(edges.end),
        "window_size": _if_finite(edges.size),
    }


def _median(times: np.ndarray) -> float:
    """Median over replicates of an event's time; infinite if half of them never reach it."""
    return float(np.median(np.where(np.isnan(times), np.inf, times)))


def _if_finite(edge: float) -> float | None:
    """What is written of an edge; None, an empty cell, if it is never reached."""
    return edge if np.isfinite(edge) else None
