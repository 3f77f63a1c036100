"""The numbers and words of a run by which it is compared with another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Part:
    """What is compared of one table.

    Attributes
    ----------
    keys : list of str
        Columns that name a row. A row that is not alone with its name is numbered.
    words : list of str
        Columns that hold words; of the others, those that hold numbers are compared.
    pooled : list of str
        The keys whose rows have one tolerance for each column.
    """

    keys: list[str]
    words: list[str]
    pooled: list[str]


#: The tables that are compared, by their path below results/.
TABLES = {
    "summary": Part(["experiment", "depth"], [], ["experiment", "depth"]),
    "claims": Part(
        ["id", "metric"],
        ["verdict_on_claim", "verdict", "control_verdict", "positive_verdict"],
        ["id", "metric"],
    ),
    "claims_cells": Part(
        ["id", "metric", "role", "cell", "statistic"], ["state"], ["id", "metric"]
    ),
}


def tidy(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """One row for each number or word.

    Parameters
    ----------
    name : str
        The table's, a key of ``TABLES``.
    table : DataFrame
        The table, as read from its file.

    Returns
    -------
    DataFrame
        Columns row (the keys), pool (those with one tolerance), column, value (a number, or NaN),
        word (empty for a number).
    """
    part = TABLES[name]
    twin = table.groupby(part.keys, sort=False, dropna=False).cumcount()
    row = _joined(table, part.keys) + twin.map(lambda i: f", start {i + 1}" if i else "")
    numbers = [c for c in table.select_dtypes("number") if c not in part.keys]
    found = []
    for column in [*numbers, *part.words]:
        word = column in part.words
        kept = {"row": row, "pool": _joined(table, part.pooled), "column": column}
        kept["value"] = float("nan") if word else table[column].astype(float)
        kept["word"] = table[column].fillna("none").astype(str) if word else ""
        found.append(pd.DataFrame(kept))
    return pd.concat(found, ignore_index=True)


def _joined(table: pd.DataFrame, keys: list[str]) -> pd.Series:
    # A claim that is judged on one cell has no name for it.
    return table[keys].astype(str).fillna("").agg(", ".join, axis=1)


def of_run(results: str | Path) -> dict[str, pd.DataFrame]:
    """What is compared of a run, by table.

    Parameters
    ----------
    results : str or Path
        Its folder results/.

    Raises
    ------
    FileNotFoundError
        With the table and the command that makes it.
    """
    paths = {name: Path(results) / f"{name}.csv" for name in TABLES}
    for path in paths.values():
        if not path.is_file():
            raise FileNotFoundError(f"{path} has not been made yet; run `make figures` first.")
    return of_tables({name: pd.read_csv(path) for name, path in paths.items()})


def of_tables(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What is compared of tables, by their names."""
    return {name: tidy(name, table) for name, table in tables.items()}
