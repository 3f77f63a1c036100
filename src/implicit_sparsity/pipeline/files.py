"""Files that go from one job to another, whole or not at all.

A file is written under a temporary name in its folder and renamed, so that a crash leaves the old
file or none. Its size and digest are noted beside it, in the folder ``.whole``, before the rename;
who reads the file compares them, so that one that was cut or changed is not taken for whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: The folder, beside the files, of what tells that they are whole.
NOTES = ".whole"


class TornFileError(ValueError):
    """A file that is not as its job wrote it."""


@contextmanager
def written(path: str | Path) -> Iterator[Path]:
    """Write a file in one step.

    Parameters
    ----------
    path : str or Path
        The file.

    Yields
    ------
    Path
        The temporary name to write to, of the same folder and ending. It becomes the file when the
        block ends without an error.
    """
    path = Path(path)
    part = _part(path)
    try:
        yield part
        _note(path, part)
        _rename(part, path)
    except OSError as error:
        error.filename = error.filename or str(path)  # a full disk does not say where
        raise
    finally:
        part.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write a text, in one step.

    Parameters
    ----------
    path : str or Path
        The file.
    text : str
        What it is to hold.
    """
    with written(path) as part:
        part.write_text(text, encoding="utf-8")


def write_table(path: str | Path, table: Any) -> None:
    """Write a table as CSV, in one step.

    Parameters
    ----------
    path : str or Path
        The file.
    table : DataFrame
        The table, whose index is left out.
    """
    with written(path) as part:
        table.to_csv(part, index=False)


def whole(path: str | Path) -> Path:
    """The path of a file, once it is known to be whole.

    Parameters
    ----------
    path : str or Path
        The file, written by :func:`written`.

    Raises
    ------
    TornFileError
        With what is wrong and the remedy.
    """
    if wrong := _wrong(Path(path)):
        raise TornFileError(
            f"{path} is not as its job wrote it: {wrong}. Run the same command again, which makes "
            "it anew."
        )
    return Path(path)


def torn(folder: str | Path) -> dict[Path, str]:
    """Files of a folder, and of all below, that are not as their jobs wrote them.

    Parameters
    ----------
    folder : str or Path
        The folder. Files that :func:`written` did not write are passed over.

    Returns
    -------
    dict
        What is wrong with each.
    """
    notes = sorted(Path(folder).rglob(f"{NOTES}/*.json"))
    paths = [note.parent.parent / note.stem for note in notes]
    there = [path for path in paths if path.is_file()]
    with ThreadPoolExecutor() as pool:
        wrongs = pool.map(_wrong, there)
        return {path: wrong for path, wrong in zip(there, wrongs, strict=True) if wrong}


def clear(folder: str | Path) -> None:
    """Remove what killed jobs left half written in a folder and all below.

    Parameters
    ----------
    folder : str or Path
        The folder.
    """
    for part in Path(folder).rglob(".*.part*"):
        name = re.fullmatch(r"\..*\.(\d+)\.part(\.\w+)?", part.name)
        if name and not _lives(int(name[1])):
            part.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def _wrong(path: Path) -> str:
    """What is wrong with a file, nothing if it is whole."""
    try:
        noted = json.loads(_note_of(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return "nothing tells that it is whole" if path.exists() else "it is not there"
    except ValueError:
        return "what tells that it is whole is damaged"
    found = _measured(path)
    for key in ("rows", "bytes"):
        if found.get(key) != noted.get(key):
            return f"it has {found.get(key)} of {noted.get(key)} {key}"
    return "" if found == noted else "its contents were changed"


def _measured(path: Path) -> dict[str, Any]:
    """What a file is known by; of a table its rows and columns, too."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    found: dict[str, Any] = {"bytes": path.stat().st_size, "sha256": digest}
    if path.suffix == ".csv":
        lines = path.read_bytes().split(b"\n")
        found |= {"rows": len(lines) - 2, "columns": lines[0].decode("utf-8", "replace")}
    return found


def _part(path: Path) -> Path:
    """A temporary name that tells the process, of the same ending, which says the format."""
    return path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")


def _note_of(path: Path) -> Path:
    return path.parent / NOTES / f"{path.name}.json"


def _note(path: Path, part: Path) -> None:
    """Note what the file will be, before it is there."""
    note = _note_of(path)
    note.parent.mkdir(exist_ok=True)
    new = _part(note)
    try:
        new.write_text(json.dumps(_measured(part)), encoding="utf-8")
        _rename(new, note)
    finally:
        new.unlink(missing_ok=True)


def _rename(old: Path, new: Path) -> None:
    """Rename a file once it is on the disk, so that a power cut leaves no half of it."""
    for path in (old, old.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if path == old:
            old.replace(new)
