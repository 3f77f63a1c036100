"""Why a table's first row lacks the target: what separates names, or what stands above them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from implicit_sparsity.problems.files.column_names import is_number, normal
from implicit_sparsity.problems.files.layout import Layout
from implicit_sparsity.problems.files.rows import rows

#: Separators that are tried, as YAML has them.
_SEPARATORS = {",": '","', ";": '";"', "\t": r'"\t"', "|": '"|"', " ": '" "'}
#: Rows in which a header is looked for that is not the first.
_LOOKED_AT = 20


def refuse(path: str | Path, target: str, layout: Layout) -> None:
    """Say why the target is not in the first row, if that is known.

    Parameters
    ----------
    path : str or Path
        The file.
    target : str
        Name of the target column, which the first row lacks.
    layout : Layout
        How the table is said to be written.

    Raises
    ------
    ValueError
        With one sentence, if names are separated in another way, or the header is not the first
        row.
    """
    given = layout.between(path)
    with rows(path, layout) as found:
        lines = [given.join(row) for row in islice(found, _LOOKED_AT)]
    if "\n" in lines[0].strip() or "\r" in lines[0].strip():
        raise ValueError(
            f"{path} has a quote in its header, {lines[0]!r:.40}, that is not closed; close or "
            "remove it."
        )
    # A number may well be a value of the table.
    for number, line in enumerate(lines[: 1 if is_number(target) else None], start=1):
        for separator in (given, *(other for other in _SEPARATORS if other != given)):
            if target not in _split(line, separator) or (number, separator) == (1, given):
                continue
            if number == 1:
                raise ValueError(_separated(path, line, separator, layout))
            by = f", separated by `separator: {_SEPARATORS[separator]}`" * (separator != given)
            raise ValueError(
                f"{path} begins with {lines[0]!r:.40} and has the name {target!r:.40} in row "
                f"{number}{by}; remove what stands above the header."
            )
    if lines[0].startswith("#") and target not in _split(lines[0].lstrip("# "), given):
        raise ValueError(
            f"{path} begins with {lines[0]!r:.40}, a comment; its first row must be the header, "
            f"with the name {target!r:.40}."
        )
    for separator in [",", ";", "\t", "|"]:
        if given not in lines[0] and separator in lines[0]:
            raise ValueError(_separated(path, lines[0], separator, layout))


def _split(line: str, separator: str) -> list[str]:
    names = line.split(None if separator == " " else separator)
    return [normal(name).strip(' "') for name in names]


def _separated(path: str | Path, line: str, separator: str, layout: Layout) -> str:
    """That names are separated in another way than was said."""
    hint = ', and with decimal commas `decimal: ","`' if layout.decimal == "." else ""
    if separator == ",":
        hint = " without `decimal`" if layout.decimal == "," else ""
    columns = "the columns" if layout.between(path) in line else "a single column"
    return (
        f"{path} has {columns} {line!r:.40}; name what separates its values by `separator: "
        f"{_SEPARATORS[separator]}`{hint}."
    )
