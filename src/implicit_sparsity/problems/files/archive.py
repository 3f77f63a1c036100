"""Arrays in .npz files, of which nothing is believed that the file does not hold."""

from __future__ import annotations

import math
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: The arrays that are read.
NAMES = ("X", "y", "w_star")
#: Deflate packs no more than so many bytes into one.
MOST_PACKED = 1032
#: Kinds of numbers: true and false, whole numbers, and floating point.
_NUMBERS = "biuf"
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


class Entry(NamedTuple):
    """An array in an archive, as its header describes it."""

    info: zipfile.ZipInfo
    shape: tuple[int, ...]


def read(path: str | Path, names: Sequence[str] = NAMES) -> dict[str, NDArray[Any]]:
    """Read X, y and w_star, those that are there.

    Parameters
    ----------
    path : str or Path
        The file.
    names : sequence of str, optional
        Those of them that are wanted.

    Raises
    ------
    ValueError
        With one sentence, if it is not whole, or not what `numpy.savez` writes of numbers.
    """
    found = {}
    with _archive(path) as archive:
        entries = _entries(path, archive)
        for name in [name for name in names if name in entries]:
            with archive.open(entries[name].info) as member:
                found[name] = np.lib.format.read_array(member, allow_pickle=False)
                member.read(1)  # at the end the checksum is compared
    return found


def shapes(path: str | Path) -> dict[str, tuple[int, ...]]:
    """The shapes of X, y and w_star, those that are there, without reading them.

    Parameters
    ----------
    path : str or Path
        The file.

    Raises
    ------
    ValueError
        As `read`, but for damage within the numbers.
    """
    with _archive(path) as archive:
        return {name: entry.shape for name, entry in _entries(path, archive).items()}


@contextmanager
def _archive(path: str | Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive; whatever damage raises within becomes one sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of headers that Python 2 wrote
            with zipfile.ZipFile(path) as archive:
                yield archive
    except _Told as told:
        raise ValueError(f"{path} {told}") from None
    except MemoryError:
        raise ValueError(f"{path} does not fit into memory; give fewer samples.") from None
    except Exception as error:
        # Damaged bytes make zipfile, zlib and NumPy raise nearly anything.
        reason = " ".join(str(error).split()).rstrip(".")[:120] or type(error).__name__
        raise ValueError(
            f"{path} is not an .npz file of numbers, or it is damaged ({reason}); write it with "
            "numpy.savez(path, X=X, y=y)."
        ) from None


class _Told(Exception):
    """What is wrong with an archive, in words that follow its name."""


def _entries(path: str | Path, archive: zipfile.ZipFile) -> dict[str, Entry]:
    infos = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
    for name in ("X", "y"):
        if name not in infos:
            there = ", ".join(infos) or "nothing"
            raise _Told(
                f"has no array {name}, but {there:.200}; write it with numpy.savez(path, X=X, y=y)."
            )
    size = Path(path).stat().st_size
    found = {name: _entry(archive, infos[name], name, size) for name in NAMES if name in infos}
    _check_shapes({name: entry.shape for name, entry in found.items()})
    return found


def _check_shapes(found: dict[str, tuple[int, ...]]) -> None:
    for name, shape in found.items():
        axes = 2 if name == "X" else 1
        if len(shape) != axes:
            raise _Told(f"has {name} of shape {shape!s:.60}; reshape it to {axes} axes.")
    (n, p), (entries,) = found["X"], found["y"]
    if 0 in (n, p):
        raise _Told(f"has X of shape {found['X']}, which is empty; give samples and columns.")
    if entries != n:
        raise _Told(f"has {entries} entries in y but {n} rows in X; give one response a row.")
    if (weights := found.get("w_star", (p,))) != (p,):
        raise _Told(f"has {weights[0]} entries in w_star but {p} columns in X; give one a column.")


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, size: int) -> Entry:
    if info.flag_bits & 1:
        raise _Told("is encrypted; write it without a password.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Told("is compressed as NumPy does not; write it with numpy.savez_compressed.")
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        if version not in _HEADERS:
            raise _Told(f"has {name} in a form that numbers are not written in; save it anew.")
        shape, _, dtype = _HEADERS[version](member)
        begin = member.tell()
    if dtype.kind not in _NUMBERS:
        raise _Told(f"has {name} of type {dtype.name:.40}; {name} must hold real numbers.")
    # The header, the archive and the length of the file must agree before memory is taken.
    claimed = begin + math.prod(shape) * dtype.itemsize
    if claimed != info.file_size or claimed > MOST_PACKED * size:
        raise _Told(
            f"claims a shape {shape!s:.60} of {name} that it does not hold and is damaged; write "
            "it anew with numpy.savez(path, X=X, y=y)."
        )
    return Entry(info, shape)
