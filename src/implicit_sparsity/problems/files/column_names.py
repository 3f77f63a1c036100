"""Names of columns: told apart, and found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from implicit_sparsity.checks import nearest

#: What pandas calls a column without a name when it reads it, and so writes it the next time.
_NAMELESS = re.compile(r"\s*|Unnamed: \d+(\.\d+)*")


def normal(name: str) -> str:
    """A name in the one form (NFC) in which letters with accents are compared."""
    return unicodedata.normalize("NFC", name)


def told_apart(raw: Sequence[str]) -> list[str]:
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


def place(path: str | Path, names: list[str], name: str | None, role: str) -> int:
    """Where a name is; ValueError if it is not there."""
    if name is not None and normal(name) in names:
        return names.index(normal(name))
    hint = " ".join(nearest(name, names).split())
    hint = hint if len(hint) <= 300 else f"{hint[:298]} …"
    lacking = all(is_number(name) for name in names)
    remedy = " Its first row holds numbers alone; add a header, if it has none." if lacking else ""
    raise ValueError(f"{path} has no column {name!r:.80} {role}; {hint}{remedy}")


def target_place(
    path: str | Path, raw: list[str], names: list[str], target: str | None, left_out: list[int]
) -> int:
    """Where the target is; ValueError if it is not there once, or is left out."""
    at = place(path, names, target, "for the target")
    found = [i for i, name in enumerate(raw) if name == names[at] and i not in left_out]
    if len(found) > 1:
        i, j = found[:2]
        raise ValueError(
            f"{path}: columns {i + 1} and {j + 1} are both named {target!r:.40} as the target is; "
            f'rename one, or leave it out by `leave_out: ["{names[j]}"]`.'
        )
    if at in left_out:
        raise ValueError(f"{path}: the target {target!r:.40} is left out; name another column.")
    return at


def refuse_nameless(path: str | Path, raw: list[str], names: list[str], X: list[int]) -> None:
    """Refuse columns of X without a name of their own, as row numbers that pandas has written."""
    found = [i for i in X if _NAMELESS.fullmatch(raw[i])]
    if found:
        shown = ", ".join(f'"{names[i]}"' for i in found[:5])
        why = ", as row numbers that pandas has written"
        if not raw[found[0]].strip() and found[0] > 0:
            why = ", as where lines end in a separator" * (found[0] == len(raw) - 1)
        raise ValueError(
            f"{path}: column {found[0] + 1} has no name{why}; name it if it belongs to X, or leave "
            f"it out by `leave_out: [{shown}]`."
        )


def is_number(name: str) -> bool:
    """Whether a name is a number."""
    try:
        float(name)
    except ValueError:
        return False
    return True
