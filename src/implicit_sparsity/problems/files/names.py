"""What data files may be called."""

from __future__ import annotations

from pathlib import Path

#: Kinds of files, for messages.
KINDS = ".npz, .csv or .tsv file (.csv.gz and .tsv.gz, too)"
#: What separates the values of a table, by the end of its file's name (before .gz).
SEPARATORS = {".csv": ",", ".tsv": "\t"}


def is_archive(path: str | Path) -> bool:
    """Whether a file is called an .npz file, in capitals or not."""
    return Path(path).suffix.lower() == ".npz"


def table_suffix(path: str | Path) -> str:
    """``.csv`` or ``.tsv``, if a file is called so, in capitals or with .gz too; else ''."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    last = "".join(suffixes[:-1] if is_compressed(path) else suffixes)
    return next((suffix for suffix in SEPARATORS if last.endswith(suffix)), "")


def is_compressed(path: str | Path) -> bool:
    """Whether a file is called a .gz file."""
    return Path(path).suffix.lower() == ".gz"


def is_file(path: str | Path) -> bool:
    """Whether there is a file; a path that is too long has none."""
    try:
        return Path(path).is_file()
    except OSError:
        return False
