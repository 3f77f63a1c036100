"""Join tables into one, as text: no number is read and written again."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path


def join(parts: Iterable[str | Path], target: str | Path) -> None:
    """Write the rows of CSV files, one file after the other, to another.

    Its columns are those of the first part, then those that only later ones have; a cell is empty
    where a part lacks the column.
    """
    tables = []
    for part in parts:
        with Path(part).open(newline="", encoding="utf-8") as lines:
            tables.append(list(csv.DictReader(lines)))
    columns = list(dict.fromkeys(column for rows in tables for row in rows[:1] for column in row))
    with Path(target).open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns, restval="", lineterminator="\n")
        writer.writeheader()
        for rows in tables:
            writer.writerows(rows)
