"""Compiled functions, whose cache on disk follows every file that they are made from.

numba renews its cache when the file of a function changes, but not when a file that it calls into
does. So the name that a function is cached by holds a digest of its own sub-package. This covers
everything, since compiled functions call into their own sub-package only (a test says so).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from zlib import crc32

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(*, reassociate: bool = False) -> Callable[[Function], Function]:
    """Decorator that compiles a function at its first call, and keeps it on disk.

    Parameters
    ----------
    reassociate : bool, optional
        Whether sums may be reordered, so that loops over them become vector instructions. The
        compiler may choose another order on another processor.

    Returns
    -------
    callable
        The decorator.
    """
    liberties = {"reassoc", "contract"} if reassociate else set()

    def decorate(function: Function) -> Function:
        function.__qualname__ += f"_{digest(Path(inspect.getfile(function)).parent):08x}"
        # Divisions by zero give infinities, as in NumPy: a check of each would forbid vectors.
        compile_it = njit(cache=True, nogil=True, fastmath=liberties, error_model="numpy")
        return cast(Function, compile_it(function))

    return decorate


@cache
def digest(folder: Path) -> int:
    """Checksum of the Python files of a folder, their names included."""
    checksum = crc32(Path(__file__).read_bytes())
    for file in sorted(folder.glob("*.py")):
        checksum = crc32(file.name.encode() + file.read_bytes(), checksum)
    return checksum
