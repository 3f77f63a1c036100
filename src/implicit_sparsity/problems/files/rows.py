"""The rows of a table of text, as they stand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from implicit_sparsity.problems.files.layout import Layout, text


@contextmanager
def rows(path: str | Path, layout: Layout) -> Iterator[Iterator[list[str]]]:
    """The rows that are not blank."""
    separator = layout.between(path)
    try:
        with text(path, layout) as lines:
            plain = (line.replace("\t", " ").strip() for line in lines)
            given = plain if separator == " " else lines
            found = csv.reader(given, delimiter=separator, skipinitialspace=True)
            yield (row for row in found if len(row) > 1 or "".join(row).strip())
    except csv.Error as error:
        # A line that is separated in another way may be longer than a value may be.
        raise ValueError(
            f"{path} is not a table of text ({error}); correct it, or name what separates its "
            "values by `separator`."
        ) from None
