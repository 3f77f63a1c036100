"""What the header of a table says."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from implicit_sparsity.checks import nearest
from implicit_sparsity.problems.files.layout import Layout, text

#: Separators that are looked for where a header seems to have a single name, as YAML has them.
_OTHERS = {",": '","', ";": '";"', "\t": r'"\t"', "|": '"|"', " ": '" "'}


class Header(NamedTuple):
    """What a header says.

    Attributes
    ----------
    names : list of str
        Its names; one that stands twice gets .1, and a column without one is called "Unnamed: 0",
        by its place.
    target : int
        Which column is the target.
    X : list of int
        Which columns are those of X.
    twice : list of str
        Sentences on names that stand twice.
    """

    names: list[str]
    target: int
    X: list[int]
    twice: list[str]


def header(path: str | Path, target: str | None, layout: Layout) -> Header:
    """Read the names of a table's columns.

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
        With one sentence, if the file is no table of text, the names are not told apart as they
        must be, or columns are not there.
    """
    raw = _first_row(path, layout)
    if any("\0" in name for name in raw):
        raise ValueError(
            f"{path} holds null characters, which text in {layout.encoding} has not; name its "
            "encoding, as in `encoding: utf-16-le`, or save it as text."
        )
    _check_separated(path, raw, layout)
    names = _told_apart(raw)
    left_out = [_place(path, names, name, "to leave out") for name in layout.leave_out]
    at = _target(path, raw, names, target, left_out)
    X = sorted(set(range(len(names))) - {at, *left_out})
    for i in X:
        if not raw[i].strip():
            raise ValueError(
                f"{path}: column {i + 1} has no name, as row numbers that pandas has written; name "
                f'it if it belongs to X, or leave it out by `leave_out: ["{names[i]}"]`.'
            )
    if not X:
        raise ValueError(f"{path} has no column of X beside the target {target!r}; add some.")
    twice = [
        f"{path}: column {i + 1} has the name {raw[i]!r:.40} of an earlier one and is called "
        f"{names[i]!r:.44}."
        for i in X
        if names[i] != raw[i]
    ]
    return Header(names, at, X, twice)


def samples(path: str | Path, layout: Layout, most: int) -> int:
    """Number of samples in a table, counted up to ``most``."""
    with _rows(path, layout) as rows:
        return sum(1 for _ in islice(rows, 1, most + 1))


def _first_row(path: str | Path, layout: Layout) -> list[str]:
    with _rows(path, layout) as rows:
        for row in rows:
            return row
    raise ValueError(f"{path} is empty; give a header and samples.")


@contextmanager
def _rows(path: str | Path, layout: Layout) -> Iterator[Iterator[list[str]]]:
    """The rows that are not blank."""
    separator = layout.between(path)
    try:
        with text(path, layout) as lines:
            plain = (line.replace("\t", " ").strip() for line in lines)
            given = plain if separator == " " else lines
            rows = csv.reader(given, delimiter=separator, skipinitialspace=True)
            yield (row for row in rows if len(row) > 1 or "".join(row).strip())
    except csv.Error as error:
        raise ValueError(f"{path} is not a table of text ({error}); correct it.") from None


def _check_separated(path: str | Path, raw: list[str], layout: Layout) -> None:
    for other, written in _OTHERS.items():
        if len(raw) == 1 and other in raw[0] and other != layout.between(path):
            comma = other != "," and layout.decimal == "."
            hint = ', and with decimal commas `decimal: ","`' if comma else ""
            raise ValueError(
                f"{path} has a single column {raw[0]!r:.40}; name what separates its values by "
                f"`separator: {written}`{hint}."
            )


def _told_apart(raw: list[str]) -> list[str]:
    """Names that differ, made as pandas makes them."""
    names: list[str] = []
    taken: set[str] = set()
    count: dict[str, int] = {}
    for i, given in enumerate(raw):
        base = name = given if given.strip() else f"Unnamed: {i}"
        while name in taken:
            count[base] = count.get(base, 0) + 1
            name = f"{base}.{count[base]}"
        taken.add(name)
        names.append(name)
    return names


def _place(path: str | Path, names: list[str], name: str | None, role: str) -> int:
    if name in names:
        return names.index(name)
    hint = " ".join(nearest(name, names).split())
    hint = hint if len(hint) <= 300 else f"{hint[:298]} …"
    lacking = all(_is_number(name) for name in names)
    remedy = " Its first row holds numbers alone; add a header, if it has none." if lacking else ""
    raise ValueError(f"{path} has no column {name!r:.80} {role}; {hint}{remedy}")


def _target(
    path: str | Path, raw: list[str], names: list[str], target: str | None, left_out: list[int]
) -> int:
    at = _place(path, names, target, "for the target")
    found = [i for i, name in enumerate(raw) if name == target and i not in left_out]
    if len(found) > 1:
        i, j = found[:2]
        raise ValueError(
            f"{path}: columns {i + 1} and {j + 1} are both named {target!r:.40} as the target is; "
            f'rename one, or leave it out by `leave_out: ["{names[j]}"]`.'
        )
    if at in left_out:
        raise ValueError(f"{path}: the target {target!r:.40} is left out; name another column.")
    return at


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True
