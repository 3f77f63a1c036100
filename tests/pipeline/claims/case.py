"""What the made-up results of a claim are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.selection import PROBLEM

Tables = dict[str, pd.DataFrame]

NAN = float("nan")
#: Replicates, and what each multiplies a measurement by: the median is 1.
REPLICATES = 41
JITTER = np.exp(np.linspace(-0.03, 0.03, REPLICATES))[
    np.arange(0, 17 * REPLICATES, 17) % REPLICATES
]


@dataclass(frozen=True)
class Change:
    """A change of a study's table.

    Attributes
    ----------
    study : str
        Whose table.
    where : str
        A query of the rows that change.
    to : dict of str to value
        New values of columns: numbers, or expressions of the rows' columns.
    method : str
        Whose rows, of a table with methods.
    also : dict of str to str
        Verdicts on other metrics that the change brings, too; the rest stay supported.
    """

    study: str
    where: str
    to: Mapping[str, Any]
    method: str = "flow"
    also: Mapping[str, str] = field(default_factory=dict)

    def apply(self, tables: Tables) -> Tables:
        """The tables with the change made; the given ones stay as they are."""
        rows = tables[self.study].copy()
        where = f"({self.where})"
        if "method" in rows:
            where += f" and method == {self.method!r}"
        chosen = rows.query(where, engine="python").index
        assert chosen.size, f"no rows of {self.study} where {self.where}"
        kept = ~rows.index.isin(chosen)
        for column, value in self.to.items():
            new = rows.eval(value, engine="python") if isinstance(value, str) else value
            rows[column] = rows[column].where(kept, new)
        return tables | {self.study: rows}


@dataclass(frozen=True)
class Expected:
    """What a metric is on the made-up tables, and what breaks it.

    Attributes
    ----------
    value : float
        The metric on the tables as they are, in its least favourable cell.
    contradicted : Change
        After which the claim is false.
    control_holds : Change
        After which the control, on which the claim must fail, does not fail.
    positive_fails : Change, optional
        After which the positive control, on which it must hold, does not hold.
    panels : tuple of int
        Panels of the claim's figure that show the threshold.
    heights : callable
        Where they show it, from the threshold.
    """

    value: float
    contradicted: Change
    control_holds: Change
    positive_fails: Change | None = None
    panels: tuple[int, ...] = ()
    heights: Callable[[float], list[float]] = lambda limit: [limit]


def study(
    levels: Mapping[str, list[Any]], row: Callable[[dict[str, Any], float], dict[str, Any]]
) -> pd.DataFrame:
    """The flows of a study: all combinations of levels, each with the same replicates.

    ``row`` gives the measurements, from the combination and the replicate's jitter.
    """
    base = {"design": "rademacher", "n": 100, "p": 200, "k": 5, "signal": 1, "noise": 0.5}
    rows = []
    for values in product(*levels.values()):
        keys = base | dict(zip(levels, values, strict=True))
        for replicate, jitter in enumerate(JITTER):
            entry = keys | {"replicate": replicate, "jitter": jitter, "method": "flow"}
            rows.append(entry | row(keys, jitter))
    return pd.DataFrame(rows)


def with_baselines(rows: pd.DataFrame, **measured: dict[str, float]) -> pd.DataFrame:
    """The table followed by baselines on its problems, each with what was measured."""
    problems = rows[PROBLEM].drop_duplicates()
    baselines = [problems.assign(method=name, **found) for name, found in measured.items()]
    return pd.concat([rows, *baselines], ignore_index=True)
