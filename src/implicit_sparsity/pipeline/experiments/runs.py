"""The runs of one depth of an experiment, every start on every replicate, kept in one file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Vector


@dataclass(frozen=True, eq=False)
class Runs:
    """Trajectories that share a depth, a step size and a number of iterations.

    Leading axes are the a starts and the r replicates.

    Attributes
    ----------
    depth : int
        Depth N.
    step_size : float
        Step size.
    alpha, init : array, shape (a,)
        Starts, as α and as α^N.
    predicted_escape : array, shape (a,)
        Iterations after which the first weight of any replicate is predicted to escape.
    t : array, shape (R,)
        Recorded iterations.
    w : array, shape (a, r, R, p)
        Weights at these.
    trace_t : array, shape (T,)
        Iterations of the traces.
    loss, error, off_support : array, shape (a, r, T)
        Traces. Where w* is not known, the error is the mean squared error on held-out samples, at
        the recorded iterations alone.
    support_reached, off_support_exceeded, best_error, best_t : array, shape (a, r)
        Events, NaN for one that never happens.

    See Also
    --------
    implicit_sparsity.trajectory.Trajectory : What each array holds for one trajectory.
    """

    depth: int
    step_size: float
    alpha: Vector
    init: Vector
    predicted_escape: Vector
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
        """Number of iterations of each trajectory."""
        return int(self.t[-1])

    def save(self, path: str | Path) -> None:
        """Write every array to an .npz file.

        Parameters
        ----------
        path : str or Path
            The file.
        """
        arrays = {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}
        np.savez(path, **arrays)  # type: ignore[arg-type]  # they are not allow_pickle

    @classmethod
    def load(cls, path: str | Path) -> Runs:
        """Read a file written by :meth:`save`.

        Parameters
        ----------
        path : str or Path
            The file.
        """
        with np.load(path) as arrays:
            values = {field.name: arrays[field.name] for field in fields(cls)}
        depth, step_size = int(values.pop("depth")), float(values.pop("step_size"))
        return cls(depth=depth, step_size=step_size, **values)
