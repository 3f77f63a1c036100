"""The folds of a cross-validation, from whatever scikit-learn takes for them."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold, check_cv
from sklearn.utils import check_random_state

from implicit_sparsity.regression.standardise import Samples

Index = NDArray[np.intp]


class Split(NamedTuple):
    """The rows that a fold is fitted to, and those that it is tested on."""

    fitted: Index
    tested: Index


def check_folds(cv: Any, random_state: Any) -> None:
    """Check what can be said of folds before the samples are seen; ValueError if they cannot be."""
    if isinstance(cv, type):
        raise ValueError(f"cv is the class {cv.__name__}; give an instance, {cv.__name__}(…).")
    if isinstance(cv, bool):
        raise ValueError(f"cv is {cv}; give a number of folds, a splitter or pairs of indices.")
    if _makes_splits(cv):
        check_cv(cv)  # which would use a generator up
    check_random_state(random_state)


def folds(cv: Any, samples: Samples, random_state: Any = None, **split: Any) -> list[Split]:
    """Split samples, and check that each fold can be fitted and tested.

    Parameters
    ----------
    cv : int, splitter or iterable
        As in scikit-learn; an iterable yields pairs of indices, or of masks.
    samples : Samples
        What is split.
    random_state : int, RandomState or None
        Shuffles the samples first, if ``cv`` is a number.
    **split : dict
        What the splitter needs.

    Returns
    -------
    list of Split
        The folds.

    Raises
    ------
    ValueError
        With one sentence, if there is none or one is empty.
    """
    if isinstance(cv, Integral) and random_state is not None:
        cv = KFold(int(cv), shuffle=True, random_state=random_state)
    pairs = cv
    if _makes_splits(cv):
        pairs = check_cv(cv).split(samples.X, samples.y, **split)
    found = []
    for number, pair in enumerate(pairs, start=1):
        rows = _rows(number, pair, len(samples.y))
        if samples.weights is not None and not samples.weights[rows.fitted].any():
            raise ValueError(
                f"sample_weight is zero for all samples that fold {number} is fitted to; "
                "choose folds that each leave some weight to the others."
            )
        found.append(rows)
    if not found:
        raise ValueError(
            "cv holds no split; a generator serves a single fit, so give a list or a splitter."
        )
    return found


def _makes_splits(cv: Any) -> bool:
    """Whether it stands for a splitter, rather than holding splits; text has a split, too."""
    return hasattr(cv, "split") or not isinstance(cv, Iterable)


def _rows(number: int, pair: Any, n: int) -> Split:
    try:
        # An empty list would be one of real numbers to NumPy.
        fitted, tested = (np.arange(n)[np.asarray(part) if len(part) else []] for part in pair)
    except (IndexError, TypeError, ValueError) as error:
        raise ValueError(
            f"cv: fold {number} is no pair of row indices or masks of {n} samples ({error}); give "
            "the rows to fit to and those to test on."
        ) from None
    for rows, use in ((fitted, "fit to"), (tested, "test on")):
        if not rows.size:
            raise ValueError(f"cv: fold {number} has no samples to {use}; leave it out.")
    return Split(fitted, tested)
