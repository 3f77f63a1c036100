"""Selecting rows of the studies' tables, and arranging them as arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.statistics import Array
from implicit_sparsity.pipeline.config.claims import Claim

#: What tells one problem of a study from another.
PROBLEM = ["design", "n", "p", "k", "signal", "noise", "replicate"]


def marked(claim: Claim, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables of a claim's studies with a column ``inside``.

    Parameters
    ----------
    claim : Claim
        The claim.
    tables : mapping of str to DataFrame
        Tables by name, those of its studies among them.

    Returns
    -------
    dict of str to DataFrame
        ``inside`` says of each row whether it meets all ranges of the claim's condition. A column
        that a table does not have, or a row without a value there, is no obstacle.

    Raises
    ------
    ValueError
        If no table has a column that the condition is about.
    """
    found = {study: tables[study].assign(inside=True) for study in claim.studies}
    for column, ends in claim.condition.rows.items() if claim.condition else ():
        having = [study for study in found if column in found[study]]
        if not having:
            raise ValueError(
                f"No study of {claim.id} has the column {column!r} of its condition; correct "
                "it in claims.yaml."
            )
        for study in having:
            values, (least, most) = found[study][column], ends.ends
            found[study]["inside"] &= values.between(least, most) | values.isna()
    return found


def flows(table: pd.DataFrame, **where: object) -> pd.DataFrame:
    """The flows of a study's table.

    Parameters
    ----------
    table : DataFrame
        A study's table.
    **where
        Values that columns must have.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        If there are none.
    """
    rows = table[table["method"] == "flow"]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    if rows.empty:
        wanted = " and ".join(f"{column} = {value}" for column, value in where.items())
        with_them = f" with {wanted}" if wanted else ""
        raise ValueError(f"The study has no flow{with_them}; add it to config.yaml.")
    return rows


def least_and_most(rows: pd.DataFrame, column: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows with the least value in a column, and those with the greatest."""
    values = rows[column]
    return rows[values == values.min()], rows[values == values.max()]


def refuse_none(rows: pd.DataFrame, values: str) -> None:
    """Refuse to read values from no rows."""
    if rows.empty:
        raise ValueError(
            f"The study has no rows to read {values} from: a part of its grid that the claim needs "
            "is missing in the configuration; add it."
        )


def grid(rows: pd.DataFrame, values: str, *columns: str) -> Array:
    """Values by replicate and the levels of the columns in increasing order, NaN where missing.

    Parameters
    ----------
    rows : DataFrame
        One row for each replicate and combination of levels.
    values : str
        The column of values.
    *columns : str
        The columns whose levels are the further axes.

    Returns
    -------
    array, shape (replicates, levels of the first column, ...)

    Raises
    ------
    ValueError
        If there are no rows.
    """
    refuse_none(rows, values)
    levels = [np.sort(rows[column].unique()) for column in ("replicate", *columns)]
    array = np.full([level.size for level in levels], np.nan)
    places = [
        np.searchsorted(level, rows[column])
        for level, column in zip(levels, ("replicate", *columns), strict=True)
    ]
    array[tuple(places)] = rows[values].to_numpy(np.float64)
    return array


def over_baseline(table: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """The flows of a study with a column ``ratio``: their best error over a baseline's.

    Parameters
    ----------
    table : DataFrame
        A study's table.
    baseline : str
        The name of the baseline, which has one row for each problem.

    Returns
    -------
    DataFrame
    """
    errors = table.loc[table["method"] == baseline, [*PROBLEM, "best_error"]]
    rows = flows(table).merge(errors, on=PROBLEM, suffixes=("", "_of_baseline"), validate="m:1")
    return rows.assign(ratio=rows["best_error"] / rows["best_error_of_baseline"])


def windows(rows: pd.DataFrame) -> pd.DataFrame:
    """Flows with the size and the ratio of their early-stopping windows.

    Parameters
    ----------
    rows : DataFrame
        With the columns window_start, window_end and final_time.

    Returns
    -------
    DataFrame
        The same with the columns ``window_size``, end − start, and ``window_ratio``, end / start.
        Both are 0 of a window that never opens, or opens when it has closed; one that does not
        close before the flow ends counts as closing then.
    """
    start = rows["window_start"].fillna(np.inf)
    end = rows["window_end"].fillna(rows["final_time"])
    opens = start < end
    return rows.assign(
        window_size=(end - start).where(opens, 0.0), window_ratio=(end / start).where(opens, 0.0)
    )
