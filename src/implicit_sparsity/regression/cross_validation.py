"""Cross-validation of a flow's stopping time: all folds together, no further than needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.parallel import Parallel, delayed

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.problem import Matrix, Vector
from implicit_sparsity.regression.folds import Split
from implicit_sparsity.regression.horizon import Horizon
from implicit_sparsity.regression.progress import Progress
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.stopping.held_out import HeldOut
from implicit_sparsity.regression.support import EXACT_FIT
from implicit_sparsity.regression.units import Columns, reduced
from implicit_sparsity.regression.working_set import follow

Index = NDArray[np.intp]

#: The grid of times starts at this part of the first escape time and grows by this ratio.
FIRST_TIME, TIME_RATIO = 0.01, 1.05
#: The least error is passed once an error is ERROR_RISE times as large, at TIME_RISE times its time
#: or more. Less is not enough: where columns are nearly collinear, errors rise before they fall for
#: good.
ERROR_RISE, TIME_RISE = 2.0, 2.0
#: So many times are left to a thread at once.
BATCH = 8


class FlowSettings(NamedTuple):
    """How the flow of each fold is followed.

    Attributes
    ----------
    network : Network
        Depth and start of the network.
    centre : bool
        Whether columns and target are centred.
    n_jobs : int or None
        Threads that share the folds, as in joblib.
    verbose : int
        Whether to print progress.
    """

    network: Network
    centre: bool
    n_jobs: int | None
    verbose: int = 0


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
    """
    escape, end = Horizon.of(whole.steepest, settings.network)
    count = int(np.log(end / (FIRST_TIME * escape)) / np.log(TIME_RATIO))
    exponents = np.arange(count + 1, dtype=np.float64)
    times: Vector = FIRST_TIME * escape * np.power(TIME_RATIO, exponents)
    shares = _shares(samples.weights, splits)
    errors: list[Vector] = []
    least, best, progress = np.inf, 0.0, Progress(settings.verbose)
    folds = [_fold_errors(samples, split, times, whole.y_scale, settings) for split in splits]
    for time, row in zip(times, _rows(folds, settings.n_jobs), strict=True):
        errors.append(row)
        error = float(shares @ row)
        if error < least:
            least, best = error, float(time)
        progress.line(time, partial(_news, error, least, len(splits)))
        passed = error > ERROR_RISE * least and time > TIME_RISE * max(best, escape)
        if passed or error <= EXACT_FIT * float(shares @ errors[0]):
            break
    return HeldOut(times[: len(errors)], np.array(errors).T, shares, best)


def _news(error: float, least: float, count: int) -> str:
    """What a line of progress says of the errors."""
    return f"held-out error of {count} folds {error:.3g}, least {least:.3g}"


def _rows(folds: Sequence[Iterator[float]], n_jobs: int | None) -> Iterator[Vector]:
    """The errors of all folds at one time after the other."""
    with Parallel(n_jobs=n_jobs, prefer="threads") as parallel:
        if parallel.n_jobs == 1:
            yield from map(np.array, zip(*folds, strict=True))
            return
        while True:
            batch = parallel(delayed(list)(islice(fold, BATCH)) for fold in folds)
            if not batch[0]:
                return
            yield from np.array(batch).T


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
    data, held = _parts(samples, split, settings.centre)
    first = 0
    for step in follow(data, settings.network, float(times[-1])):
        last = int(np.searchsorted(times, step.time, side="right"))
        if last > first:
            w = step.piece.at(times[first:last])
            yield from ((data.y_scale / unit) ** 2 * held.errors(step.columns, w)).tolist()
            first = last


def _parts(samples: Samples, split: Split, centre: bool) -> tuple[Standardised, HeldOutPart]:
    """The two parts of a fold; where they are reduced, their copies of the samples are gone."""
    fitted, held_out = split
    data = Standardised.of(samples.part(fitted), centre)
    return data, HeldOutPart(data, samples.part(held_out))


class HeldOutPart:
    """Held-out samples in the standard units of those that are fitted.

    Many samples of fewer columns are reduced to as many rows as columns.

    Parameters
    ----------
    data : Standardised
        What is fitted.
    held_out : Samples
        The others.
    """

    def __init__(self, data: Standardised, held_out: Samples) -> None:
        self.data, self.lost = data, 0.0
        weights = held_out.weights
        if weights is None or not weights.any():
            weights = np.ones(len(held_out.y))  # without weight, its share in the mean is 0
        root = np.sqrt(weights / weights.mean())
        self.target = (held_out.y - data.y_mean) / data.y_scale * root
        self.columns = Columns(held_out.X, data.x, root)
        if self.columns.tall:
            self.columns, self.target, self.lost = reduced(self.columns, self.target)
        self.followed: Index = np.empty(0, dtype=np.intp)
        self.X: Matrix = np.empty((self.target.size, 0))

    def errors(self, followed: Index, w: Matrix) -> Vector:
        """Mean squared errors of several weights, shape (M, a), of distinct columns (a,)."""
        if not np.array_equal(followed, self.followed):
            used, place, share = self.data.copies(followed)
            sums = np.zeros((followed.size, self.target.size))
            np.add.at(sums, place, (self.columns.take(used) * share).T)
            self.followed, self.X = followed, sums.T
        return np.asarray(np.square(w @ self.X.T - self.target).mean(axis=1) + self.lost)
