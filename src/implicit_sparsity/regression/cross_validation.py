"""Cross-validation of a flow's stopping time: all folds together, no further than needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.integrate import accepted_steps
from implicit_sparsity.problem import Vector
from implicit_sparsity.regression.horizon import Horizon
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.stopping.held_out import HeldOut
from implicit_sparsity.regression.support import EXACT_FIT

Split = tuple[NDArray[np.intp], NDArray[np.intp]]

#: The grid of times starts at this part of the first escape time and grows by this ratio.
FIRST_TIME, TIME_RATIO = 0.01, 1.05
#: The least error is passed once an error is ERROR_RISE times as large, at TIME_RISE times its time
#: or more. Less is not enough: where columns are nearly collinear, errors rise before they fall for
#: good.
ERROR_RISE, TIME_RISE = 2.0, 2.0


class FlowSettings(NamedTuple):
    """How the flow of each fold is followed.

    Attributes
    ----------
    network : Network
        Depth and start of the network.
    centre : bool
        Whether columns and target are centred.
    rtol : float
        Tolerance of the flow.
    """

    network: Network
    centre: bool
    rtol: float


def cross_validate(
    samples: Samples, splits: Sequence[Split], whole: Standardised, settings: FlowSettings
) -> HeldOut:
    """Held-out errors on a grid of times, until their mean has clearly passed its least.

    Parameters
    ----------
    samples : Samples
        All samples.
    splits : sequence of pairs of index arrays
        The rows that each fold is fitted to, and those that it is tested on.
    whole : Standardised
        The same samples, standardised as one; errors are in units of its target's mean square.
    settings : FlowSettings
        How to follow the flows.

    Returns
    -------
    HeldOut
        The errors of each fold, and the time of the least mean error.

    Raises
    ------
    ValueError
        If no sample that a fold is fitted to has a weight.
    """
    escape, end = Horizon.of(whole.problem, settings.network)
    count = int(np.log(end / (FIRST_TIME * escape)) / np.log(TIME_RATIO))
    exponents = np.arange(count + 1, dtype=np.float64)
    times: Vector = FIRST_TIME * escape * np.power(TIME_RATIO, exponents)
    folds = [_fold_errors(samples, split, times, whole.y_scale, settings) for split in splits]
    shares = _shares(samples.weights, splits)
    errors: list[Vector] = []
    least, best = np.inf, 0.0
    for time in times:
        errors.append(np.array([next(fold) for fold in folds]))
        error = float(shares @ errors[-1])
        if error < least:
            least, best = error, float(time)
        passed = error > ERROR_RISE * least and time > TIME_RISE * max(best, escape)
        if passed or error <= EXACT_FIT * float(shares @ errors[0]):
            break
    return HeldOut(times[: len(errors)], np.array(errors).T, shares, best)


def _shares(weights: Vector | None, splits: Sequence[Split]) -> Vector:
    """Share of each held-out part in the mean error, that of the weights of its samples."""
    sizes = [float(len(test) if weights is None else weights[test].sum()) for _, test in splits]
    shares = np.array(sizes)
    shares /= shares.sum()
    return shares


def _fold_errors(
    samples: Samples, split: Split, times: Vector, unit: float, settings: FlowSettings
) -> Iterator[float]:
    """Mean squared errors of one fold at the times, one after the other."""
    fitted, held_out = map(samples.part, split)
    if fitted.weights is not None and not fitted.weights.any():
        raise ValueError(
            "sample_weight is zero for all samples that a fold is fitted to; "
            "choose folds that each leave some weight to the others."
        )
    weights = held_out.weights
    if weights is not None and not weights.any():
        weights = None  # its share in the mean is 0
    data = Standardised.of(fitted, settings.centre)
    columns = data.columns(held_out.X)
    target = (held_out.y - data.y_mean) / data.y_scale
    first = 0
    for piece in accepted_steps(data.problem, settings.network, float(times[-1]), settings.rtol):
        last = int(np.searchsorted(times, piece.nodes[-1], side="right"))
        if last > first:
            w = piece.at(times[first:last])
            squares = np.square(w @ columns.T - target)
            means = (data.y_scale / unit) ** 2 * np.average(squares, axis=1, weights=weights)
            yield from means.tolist()
            first = last
