"""The two tables of the ledger of claims, and how they are read from files."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

#: How a clause on what lies outside the condition of a claim begins.
OUTSIDE = "outside the condition"

#: Columns of numbers; the others are text, but for ``primary``.
_NUMBERS = {
    *("value", "low", "high", "count", "level"),
    *("control_value", "control_low", "control_high"),
}


class Ledger(NamedTuple):
    """The ledger.

    Attributes
    ----------
    metrics : DataFrame
        A row for each metric of each claim: what is claimed, the cell where the metric is least
        favourable, the verdict, and the control where it is most favourable. The columns part,
        verdict_on_claim and scope are the same for all metrics of a claim.
    cells : DataFrame
        A row for each cell of each metric, with its interval and what it does.
    """

    metrics: pd.DataFrame
    cells: pd.DataFrame


def read(metrics: str | Path, cells: str | Path) -> Ledger:
    """Read a ledger from the files that its tables were written to.

    Parameters
    ----------
    metrics, cells : str or Path
        The files.

    Returns
    -------
    Ledger
        As it was written, to the last bit.
    """
    return Ledger(_table(metrics), _table(cells))


def _table(path: str | Path) -> pd.DataFrame:
    """A table; what is empty in a column of text is empty text."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in _NUMBERS.intersection(table):
        table[column] = table[column].replace("", "nan").astype(float)
    if "primary" in table:
        table["primary"] = table["primary"] == "True"
    return table
