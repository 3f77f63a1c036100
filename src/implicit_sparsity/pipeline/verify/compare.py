"""A run beside the reference: what differs, by how much, and whether that is too much."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.verify.tolerances import difference

_MISSING = "(missing)"


def compare(found: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Every number and word in which a table differs from the reference.

    Parameters
    ----------
    found : DataFrame
        As :func:`implicit_sparsity.pipeline.verify.numbers.tidy` makes it.
    reference : DataFrame
        As :func:`implicit_sparsity.pipeline.verify.tolerances.with_tolerances` makes it, of text.

    Returns
    -------
    DataFrame
        Columns row, column, reference, found, difference, tolerance, broken (whether the difference
        is beyond the tolerance, a word is another, or a row is missing on one side).
    """
    shown = found["value"].map(repr).where(found["word"] == "", found["word"])
    here = found[["row", "column"]].assign(found=shown)
    there = reference.rename(columns={"value": "reference"})
    both = there.merge(here, how="outer", on=["row", "column"], sort=False)
    rows = set(reference["row"])
    # What rounding decides is no part of the reference, so a word may be here alone.
    both = both[both["reference"].notna() | ~both["row"].isin(rows)]
    alone = both["reference"].isna() | both["found"].isna()
    number = both["tolerance"].notna() & (both["tolerance"] != "")
    wanted, got = (
        pd.to_numeric(both[side].where(number), errors="coerce") for side in ("reference", "found")
    )
    both["difference"] = np.where(number, difference(got, wanted), np.nan)
    limit = pd.to_numeric(both["tolerance"], errors="coerce")
    differs = np.where(number, both["difference"] > 0, both["reference"] != both["found"])
    broken = np.where(number, both["difference"] > limit, differs) | alone
    both = both.assign(broken=broken, tolerance=limit)[differs | alone]
    columns = ["row", "column", "reference", "found", "difference", "tolerance", "broken"]
    return both[columns].fillna({"reference": _MISSING, "found": _MISSING}).reset_index(drop=True)
