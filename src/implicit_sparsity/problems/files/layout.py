"""How a table of text is written, and how it is opened."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, TextIO, cast

from implicit_sparsity.problems.files.names import SEPARATORS, is_compressed, table_suffix

#: Bytes by which the encoding of a file that is not UTF-8 is guessed.
_BEGINNING = 64


class Layout(NamedTuple):
    """How a table of text is written.

    Attributes
    ----------
    separator : str or None
        The character between values, a blank for any white space; by default what the file's name
        says, a tab for .tsv and else a comma.
    decimal : str
        The decimal sign.
    encoding : str
        The encoding, as Python calls it.
    leave_out : sequence of str
        Columns that are neither the target nor part of X.
    """

    separator: str | None = None
    decimal: str = "."
    encoding: str = "utf-8"
    leave_out: Sequence[str] = ()

    def between(self, path: str | Path) -> str:
        """The separator in a file."""
        return SEPARATORS[table_suffix(path)] if self.separator is None else self.separator


@contextmanager
def text(path: str | Path, layout: Layout) -> Iterator[TextIO]:
    """Open a table, compressed or not.

    Raises
    ------
    ValueError
        With one sentence, if what is read in the context is damaged or in another encoding.
    """
    # With its mark of byte order or without.
    encoding = "utf-8-sig" if codecs.lookup(layout.encoding).name == "utf-8" else layout.encoding
    try:
        with _bytes(path) as stream, io.TextIOWrapper(stream, encoding, newline="") as lines:
            yield lines
    except UnicodeError:
        raise ValueError(
            f"{path} is not text in {layout.encoding}; name its encoding, as in `encoding: "
            f"{_guess(path)}`."
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} cannot be read ({error}); write it anew.") from None


def _bytes(path: str | Path) -> IO[bytes]:
    if is_compressed(path):
        return cast(IO[bytes], gzip.open(path, "rb"))
    return Path(path).open("rb")


def _guess(path: str | Path) -> str:
    with _bytes(path) as stream:
        beginning = stream.read(_BEGINNING)
    if beginning.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    marked = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16" if marked or b"\0" in beginning else "latin-1"
