"""Compiled functions, whose cache on disk follows every file that they are made from.

numba renews its cache when the file of a function changes, but not when a file that it calls into
does. So the name that a function is cached by holds a digest of its own sub-package. This covers
everything, since compiled functions call into their own sub-package only (a test says so).

The cache lies beside the package, or in the user's own where that cannot be written, or in the
system's folder of temporary files where there is neither. A full disk or a file of it that is
damaged stops nothing: the code is compiled anew.
"""

from __future__ import annotations

import inspect
import os
import stat
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from zlib import crc32

import numba
from numba.core.caching import FunctionCache

Function = TypeVar("Function", bound=Callable[..., Any])
#: numba's settings, whose names it makes as it is imported.
config: Any = numba.config


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
        decorated: Any = numba.njit(nogil=True, fastmath=liberties, error_model="numpy")(function)
        if decorated is not function:  # which it is without the compiler
            decorated._cache = _cache_of(function) or decorated._cache
        return cast(Function, decorated)

    return decorate


class _Cache(FunctionCache):
    """Compiled code on disk, as `numba.njit(cache=True)` keeps it, but that it may fail."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # to unpickle half a file fails in many ways
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _warn_once(f"Compiled code cannot be kept in {self.cache_path} ({error.strerror})")


def _cache_of(function: Callable[..., Any]) -> _Cache | None:
    """Where compiled code of a function is kept, if anywhere."""
    try:
        return _Cache(function)
    except RuntimeError as error:
        if "cannot cache" not in str(error):
            raise
    chosen, config.CACHE_DIR = config.CACHE_DIR, temporary_cache()
    try:
        return _Cache(function) if config.CACHE_DIR else None
    finally:
        config.CACHE_DIR = chosen  # where other packages keep theirs


@cache
def _warn_once(problem: str) -> None:
    warnings.warn(f"{problem}, so that every process compiles anew.", RuntimeWarning, 2)


@cache
def temporary_cache() -> str:
    """A folder of this user among the temporary files, or "" if there is none; warns of either.

    Others must not be able to write to it, since what is read from a cache is run.
    """
    remedy = "set the environment variable NUMBA_CACHE_DIR to a folder that can be written"
    problem = "The cache of compiled code can be written neither beside the package nor at home"
    try:
        user = os.getuid() if hasattr(os, "getuid") else 0
        folder = Path(tempfile.gettempdir()) / f"implicit-sparsity-{user}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        own = found.st_uid == user and stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o022
        place = str(folder) if own else tempfile.mkdtemp(prefix="implicit-sparsity-")
    except OSError:
        warnings.warn(
            f"{problem}, so that every process compiles anew; {remedy}.", RuntimeWarning, 2
        )
        return ""
    warnings.warn(f"{problem}; it is kept in {place}. To choose, {remedy}.", RuntimeWarning, 2)
    return place


@cache
def digest(folder: Path) -> int:
    """Checksum of the Python files of a folder, their names included.

    Raises
    ------
    ImportError
        If there is no such folder, as in an archive.
    """
    if not folder.is_dir():
        raise ImportError(
            f"{folder} is no folder of files, so that what is compiled of it cannot be kept; "
            "install the package or unpack the archive that it is imported from."
        )
    checksum = crc32(Path(__file__).read_bytes())
    for file in sorted(folder.glob("*.py")):
        checksum = crc32(file.name.encode() + file.read_bytes(), checksum)
    return checksum
