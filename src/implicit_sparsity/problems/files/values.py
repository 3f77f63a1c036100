"""What the values of a table must look like, to be numbers."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from implicit_sparsity.problems.files.header import header
from implicit_sparsity.problems.files.layout import Layout
from implicit_sparsity.problems.files.rows import rows

#: A number, with its decimal sign to be put in.
_NUMBER = r"\s*[+-]?((\d+{0}?\d*|{0}\d+)(e[+-]?\d+)?|inf|infinity)\s*"
#: Signs that look like a minus.
_MINUS = ("−", "–", "—", "‐", "‑")
#: A number whose thousands are separated, with a decimal sign or without.
_THOUSANDS = re.compile(
    r"[+-]?\d{1,3}((,\d{3})+\.\d+|(\.\d{3})+,\d+|(,\d{3}){2,}|(\.\d{3}){2,}|([\s'’]\d{3})+([.,]\d+)?)"
)

#: Rows in which `check_first` looks for what is no number.
FIRST = 10
#: What pandas takes for a missing value.
_MISSING = {
    "",
    "#N/A",
    "#N/A N/A",
    "#NA",
    "-1.#IND",
    "-1.#QNAN",
    "-NaN",
    "-nan",
    "1.#IND",
    "1.#QNAN",
}
_MISSING |= {"<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"}


def check_first(path: str | Path, target: str | None, layout: Layout) -> None:
    """Refuse a table whose first samples are no numbers, without reading it all.

    Parameters
    ----------
    path, target, layout
        As those of `table.read`.

    Raises
    ------
    ValueError
        With the sentence that `table.read` has for it.
    """
    found = header(path, target, layout)
    is_number = number(layout)
    with rows(path, layout) as lines:
        for row, values in enumerate(islice(lines, 1, FIRST + 1), start=1):
            if any(value.strip() for value in values[len(found.names) :]):
                raise ValueError(too_many(path))
            for i in [found.target, *found.X]:
                value = values[i] if i < len(values) else ""
                if value.strip() not in _MISSING and not is_number.fullmatch(value):
                    raise ValueError(no_number(path, found.names[i], value, row, layout))


def number(layout: Layout) -> re.Pattern[str]:
    """What a number looks like."""
    return re.compile(_NUMBER.format(re.escape(layout.decimal)), re.IGNORECASE | re.ASCII)


def too_many(path: str | Path) -> str:
    """The sentence on rows of more values than there are names."""
    return (
        f"{path} has more values in its rows than names in its header; name every column, "
        'row names too, or if commas are decimal, say so by `separator` and `decimal: ","`.'
    )


def no_number(path: str | Path, name: str, value: str, row: int, layout: Layout) -> str:
    """The sentence on a value, in a row counted from 1 on, that is no number."""
    return (
        f"{path}: column {name!r:.40} has {value!r:.40} in data row {row}, which is not a number; "
        f"{_remedy(value, name, layout)}"
    )


def _remedy(value: str, name: str, layout: Layout) -> str:
    if value.strip() == name:
        return "remove the row if it is the header again."
    if value.strip().startswith(_MINUS):
        return "write its minus as -."
    if _THOUSANDS.fullmatch(value.strip()):
        return "write it without what separates thousands."
    if layout.decimal == "." and re.fullmatch(r"\s*[+-]?\d*,\d+\s*", value):
        thousands = re.fullmatch(r"\s*[+-]?[1-9]\d{0,2},\d{3}\s*", value)
        or_not = "; if it separates thousands, write it without" if thousands else ""
        return f'if its comma is decimal, say `decimal: ","`{or_not}.'
    if layout.decimal == "," and re.fullmatch(r"\s*[+-]?\d*\.\d+(e[+-]?\d+)?\s*", value, re.I):
        return 'if its point is decimal, say `decimal: "."`.'
    return "remove or encode it, or name its column in `leave_out`."
