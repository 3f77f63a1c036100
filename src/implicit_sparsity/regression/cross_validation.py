"""Cross-validation of a flow's stopping time: all folds side by side, no further than needed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.integrate import accepted_steps
from implicit_sparsity.problem import Matrix, Vector
from implicit_sparsity.regression.standardise import EXACT, Scaled, horizon
from implicit_sparsity.regression.stopping.held_out import HeldOut

Split = tuple[NDArray[np.intp], NDArray[np.intp]]

#: The grid of times starts at this part of the first escape and goes on by this factor.
EARLY, FACTOR = 0.01, 1.05
#: The least error is passed once an error is WORSE times as large, at LATER times its time or more.
#: Less will not do: where columns are nearly collinear, errors rise before they fall for good.
WORSE, LATER = 2.0, 2.0


def lockstep(
    X: Matrix,
    y: Vector,
    weights: Vector | None,
    splits: list[Split],
    network: Network,
    whole: Scaled,
    centre: bool,
    rtol: float,
) -> HeldOut:
    """Held-out errors on a grid of times, until their mean has clearly passed its least.

    Errors are in units of the mean square of the target, as the data as a ``whole`` have it.

    Raises
    ------
    ValueError
        If no sample that a fold is fitted to has a weight.
    """
    escape, end = horizon(whole.problem, network)
    count = int(np.log(end / (EARLY * escape)) / np.log(FACTOR))
    times: Vector = EARLY * escape * np.power(FACTOR, np.arange(count + 1, dtype=np.float64))
    unit = whole.y_scale
    folds = [_fold(X, y, weights, split, network, times, unit, centre, rtol) for split in splits]
    shares = np.array(
        [float(len(test) if weights is None else weights[test].sum()) for _, test in splits]
    )
    shares /= shares.sum()
    errors: list[Vector] = []
    least, best = np.inf, 0.0
    for time in times:
        errors.append(np.array([next(fold) for fold in folds]))
        error = float(shares @ errors[-1])
        if error < least:
            least, best = error, float(time)
        passed = error > WORSE * least and time > LATER * max(best, escape)
        if passed or error <= EXACT * float(shares @ errors[0]):
            break
    table = np.array(errors).T
    return HeldOut(times[: len(errors)], table, shares, best)


def _fold(
    X: Matrix,
    y: Vector,
    weights: Vector | None,
    split: Split,
    network: Network,
    times: Vector,
    unit: float,
    centre: bool,
    rtol: float,
) -> Iterator[float]:
    """Mean squared errors of one fold at the times, one after the other."""
    train, test = split
    ours, theirs = (None, None) if weights is None else (weights[train], weights[test])
    if ours is not None and not ours.any():
        raise ValueError("sample_weight is zero for all that a fold is fitted to; split otherwise.")
    if theirs is not None and not theirs.any():
        theirs = None  # its share in the mean is 0
    scaled = Scaled.of(X[train], y[train], ours, centre)
    columns = scaled.columns(X[test])
    goal = (y[test] - scaled.y_mean) / scaled.y_scale
    first = 0
    for piece in accepted_steps(scaled.problem, network, float(times[-1]), rtol):
        last = int(np.searchsorted(times, piece.nodes[-1], side="right"))
        if last > first:
            w = piece.at(times[first:last])
            squares = np.square(w @ columns.T - goal)
            means = (scaled.y_scale / unit) ** 2 * np.average(squares, axis=1, weights=theirs)
            yield from means.tolist()
            first = last
