"""Tables of text, read column by column as numbers."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from implicit_sparsity.checks import installed
from implicit_sparsity.problem import Matrix, Vector
from implicit_sparsity.problems.files.header import Header, header
from implicit_sparsity.problems.files.layout import Layout, text
from implicit_sparsity.problems.files.values import no_number, number, too_many


class Table(NamedTuple):
    """A table of numbers.

    Attributes
    ----------
    X : array, shape (n, p)
        The columns of X.
    y : array, shape (n,)
        The target.
    columns : tuple of str
        The names of the columns of X.
    """

    X: Matrix
    y: Vector
    columns: tuple[str, ...]


def read(path: str | Path, target: str | None, layout: Layout) -> Table:
    """Read a table.

    Parameters
    ----------
    path : str or Path
        The file.
    target : str or None
        Name of the target column.
    layout : Layout
        How it is written.

    Raises
    ------
    ValueError
        With one sentence, if it is not a table of finite numbers.
    """
    found = header(path, target, layout)
    for sentence in found.twice:
        warnings.warn(sentence, UserWarning, stacklevel=3)
    used = [found.target, *found.X]
    values = _values(path, found, layout, used)
    if not len(values):
        raise ValueError(f"{path} has a header but no samples; add some.")
    names = [found.names[i] for i in used]
    _check_finite(path, values, names)
    return Table(values[:, 1:], values[:, 0], tuple(names[1:]))


def _values(path: str | Path, found: Header, layout: Layout, used: list[int]) -> Matrix:
    """All values of some columns, with NaN where there are none."""
    frame = _frame(path, found, layout, used)
    kinds, used_ones = [kind.kind for kind in frame.dtypes], set(used)
    for i, kind in enumerate(kinds):
        if i not in used_ones:
            frame[i] = np.nan
        elif kind not in "iuf":
            frame[i] = _numbers(path, frame[i], found.names[i], layout)
    # Columns are chosen in the array: the frame would take a millisecond for each ten.
    return np.asarray(frame.to_numpy(dtype=np.float64)[:, used])


def _frame(path: str | Path, found: Header, layout: Layout, used: list[int]) -> Any:
    """The table as pandas reads it, its columns called 0, 1, …"""
    installed("A table of data", "pandas", extra="pipeline")
    import pandas as pd

    separator, every = layout.between(path), range(len(found.names))
    options: Any = {
        "sep": r"\s+" if separator == " " else separator,
        "decimal": layout.decimal,
        "header": 0,
        "names": every,
        "index_col": False,
        "skipinitialspace": True,
        # Columns that are left out are read, too, so that the values of a row are counted.
        "dtype": dict.fromkeys(set(every) - set(used), str),
    }
    try:
        with text(path, layout) as lines, warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.DtypeWarning)
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(lines, **options)
    except pd.errors.ParserWarning:
        raise ValueError(too_many(path)) from None
    except pd.errors.ParserError as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise ValueError(f"{path} is not a table ({reason:.200}); correct the file.") from None


def _numbers(path: str | Path, values: Any, name: str, layout: Layout) -> Vector:
    """A column that pandas takes for something else, such as whole numbers of many digits."""
    is_number = number(layout)
    missing = values.isna().to_numpy()
    numbers = np.full(len(values), np.nan)
    for row in np.flatnonzero(~missing):
        value = values.iloc[row]
        if isinstance(value, str) and is_number.fullmatch(value):
            value = float(value.replace(layout.decimal, "."))
        elif isinstance(value, str | bool | np.bool_):
            raise ValueError(no_number(path, name, str(value), int(row) + 1, layout))
        numbers[row] = value
    return numbers


def _check_finite(path: str | Path, values: Matrix, names: list[str]) -> None:
    finite = np.isfinite(values)
    if finite.all():
        return
    row, place = (int(i) for i in np.argwhere(~finite)[0])
    name = names[place]
    cut = ", or write the file anew if it is cut short" if row == len(values) - 1 else ""
    raise ValueError(
        f"{path}: column {name!r:.40} has no finite number in data row {row + 1}; remove or impute "
        f"missing values{cut}."
    )
