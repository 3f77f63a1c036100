"""The runs of one depth of an experiment, every start on every replicate, kept in one file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Vector


@dataclass(frozen=True, eq=False)
class Runs:
    """Paths that share a depth, a step size and a number of iterations.

    Leading axes are the a starts and the r replicates. See `trajectory.Path`
    for what each array holds; an event that never happens is NaN.

    Attributes
    ----------
    depth, step_size : scalars.
    alpha, init : (a,) starts, as α and as α^N.
    t : (R,) recorded iterations.
    w : (a, r, R, p) weights there.
    trace_t : (T,) iterations of the traces.
    error : where w* is not known, the mean squared error on the held-out samples, at snapshots.
    loss, error, off_support : (a, r, T) traces.
    support_reached, off_support_exceeded, best_error, best_t : (a, r) events.
    """

    depth: int
    step_size: float
    alpha: Vector
    init: Vector
    t: NDArray[np.int64]
    w: NDArray[np.float64]
    trace_t: NDArray[np.int64]
    loss: NDArray[np.float64]
    error: NDArray[np.float64]
    off_support: NDArray[np.float64]
    support_reached: NDArray[np.float64]
    off_support_exceeded: NDArray[np.float64]
    best_error: NDArray[np.float64]
    best_t: NDArray[np.float64]

    @property
    def iterations(self) -> int:
        """Number of iterations that each path took."""
        return int(self.t[-1])

    def save(self, path: str | Path) -> None:
        """Write every array to an .npz file."""
        arrays = {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}
        np.savez(path, **arrays)  # type: ignore[arg-type]  # they are not allow_pickle

    @classmethod
    def load(cls, path: str | Path) -> Runs:
        """Read a file written by :meth:`save`."""
        with np.load(path) as arrays:
            values = {field.name: arrays[field.name] for field in fields(cls)}
        depth, step_size = int(values.pop("depth")), float(values.pop("step_size"))
        return cls(depth=depth, step_size=step_size, **values)
