"""How far rounding may move each number: by what a change of the last bit does, and more.

Another processor, or another version of a library, rounds every sum of some thousands of terms
anew, where a moved response changes one number in each. So what a moved bit does is multiplied.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

#: What the largest change by a moved last bit is multiplied by.
FACTOR = 100.0
#: Share of a number by which it may differ though no moved bit changed it: rounding of its sums.
LEAST = 1e-12


def with_tolerances(reference: pd.DataFrame, moved: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """A run's numbers, each with its tolerance.

    Parameters
    ----------
    reference : DataFrame
        As :func:`implicit_sparsity.pipeline.verify.numbers.tidy` makes it.
    moved : iterable of DataFrame
        The same of runs on data moved by their last bit.

    Returns
    -------
    DataFrame
        Columns row, column, value, tolerance. A word has no tolerance; one that a moved bit changes
        is left out, as rounding decides it. A whole number that none changes must be met exactly.

    Raises
    ------
    ValueError
        If the runs have other rows.
    """
    change = np.zeros(len(reference))
    kept = np.ones(len(reference), dtype=bool)
    for other in moved:
        if not reference[["row", "column"]].equals(other[["row", "column"]]):
            raise ValueError("The runs on moved data have other rows; run the same configuration.")
        change = np.fmax(change, difference(other["value"], reference["value"]))
        kept &= (other["word"] == reference["word"]).to_numpy()
    pools = [reference["pool"], reference["column"]]
    largest = pd.Series(change, reference.index).groupby(pools).transform("max")
    size = reference["value"].abs().replace(np.inf, 0.0)
    whole = reference["value"].mod(1).eq(0).groupby(pools).transform("all")
    tolerance = (FACTOR * largest).where(whole, np.fmax(FACTOR * largest, LEAST * size))
    is_word = reference["word"] != ""
    return pd.DataFrame(
        {
            "row": reference["row"],
            "column": reference["column"],
            "value": reference["word"].where(is_word, reference["value"]),
            "tolerance": tolerance.mask(is_word),
        }
    )[kept]


def difference(found: pd.Series, wanted: pd.Series) -> np.ndarray:
    """Absolute differences; none where both are empty or both the same infinity."""
    a, b = found.to_numpy(float), wanted.to_numpy(float)
    with np.errstate(invalid="ignore"):
        gap = np.abs(a - b)
    gap[np.isnan(a) != np.isnan(b)] = np.inf
    gap[(a == b) | (np.isnan(a) & np.isnan(b))] = 0.0
    return np.asarray(gap)
