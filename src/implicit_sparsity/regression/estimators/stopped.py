"""Flows that were stopped, at a time or where the residual is down to a level."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.problem import Vector
from implicit_sparsity.regression.path import Recorder, RegressionPath
from implicit_sparsity.regression.standardise import Standardised
from implicit_sparsity.regression.working_set import Step, follow


class Stopped(NamedTuple):
    """A flow that was stopped.

    Attributes
    ----------
    path : RegressionPath
        What is kept of it.
    time : float
        When it was stopped.
    columns, w : array, shape (a,)
        The distinct columns that it was followed on, and their weights then.
    mean_square : float
        Mean squared residual of these weights.
    threshold : float or None
        Level below which weights count as zero; by default that of `support_threshold`.
    """

    path: RegressionPath
    time: float
    columns: NDArray[np.intp]
    w: Vector
    mean_square: float
    threshold: float | None = None


def at_time(data: Standardised, network: Network, time: float) -> Stopped:
    """The flow up to a given time."""
    recorder = Recorder(data)
    for step in follow(data, network, time):
        recorder.add(step)
    return Stopped(recorder.path(), time, step.columns, step.w, step.mean_square)


def where_it_passes(step: Step, level: float, data: Standardised, recorder: Recorder) -> Stopped:
    """The point within a step, or at its start, where the mean squared residual is at a level."""
    Z = data.columns.take(step.columns)

    def above(time: float) -> float:
        w = step.piece.at(np.array([time]))[0]
        return float(np.square(Z @ w - data.target).mean()) + data.out_of_reach - level

    time, high = (float(node) for node in step.piece.nodes)
    if above(time) > 0.0:
        time = high if above(high) >= 0.0 else float(brentq(above, time, high, xtol=1e-12 * high))
    w = step.piece.at(np.array([time]))[0]
    if time > recorder.time[-1]:
        recorder.at(time, step.columns, w)
    return Stopped(recorder.path(), time, step.columns, w, above(time) + level)
