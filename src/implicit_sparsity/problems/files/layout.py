"""How a table of text is written, and how it is opened."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, TextIO, cast

from implicit_sparsity.problems.files import encodings
from implicit_sparsity.problems.files.names import SEPARATORS, is_compressed, table_suffix
from implicit_sparsity.problems.files.signatures import LENGTH, other_kind

#: First bytes of what gzip has compressed.
_GZIP = b"\x1f\x8b"
#: A first line that tells Excel what separates values.
_EXCEL = re.compile(r'"?sep=.?"?[\r\n]', re.IGNORECASE)
_EXCEL_LENGTH = 10


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


def fault(layout: Layout) -> tuple[str, str] | None:
    """The key of a layout that cannot be read by, and why, in words that follow it."""
    separator, decimal, encoding = layout.separator, layout.decimal, layout.encoding
    if decimal not in (".", ","):
        return "decimal", f"is {decimal!r:.80}; give a point or a comma."
    if separator is not None and (
        len(separator) != 1 or separator == decimal or separator in '"\r\n'
    ):
        return "separator", (
            f"is {separator!r:.80}, which cannot stand between values whose decimal sign is "
            f"{decimal!r}; give another character."
        )
    try:
        codecs.lookup(encoding)
        "".encode(encoding)  # some codecs are not of text
    except (LookupError, ValueError):
        remedy = "give one, as utf-8, cp1252 (ANSI in Windows) or latin-1."
        return "encoding", f"is {encoding!r:.80}, which is none; {remedy}"
    return None


@contextmanager
def text(path: str | Path, layout: Layout) -> Iterator[TextIO]:
    """Open a table, compressed or not, after the line by which some name the separator to Excel.

    Raises
    ------
    ValueError
        With one sentence, if what is read in the context is of another kind, damaged or in another
        encoding.
    """
    encoding = layout.encoding
    try:
        with _bytes(path) as stream:
            beginning = stream.read(LENGTH)
            if kind := other_kind(beginning):
                raise _Other(kind)
            if (codec := encodings.codec(encoding, beginning)) is None:
                raise _Other(_in_another(encoding, beginning))
            stream.seek(0)
            with io.TextIOWrapper(stream, codec, newline="") as lines:
                if not _EXCEL.match(lines.readline(_EXCEL_LENGTH)):
                    lines.seek(0)
                yield lines
    except _Other as other:
        raise ValueError(f"{path} {other}") from None
    except UnicodeError as error:
        fault = getattr(error, "object", b"")
        raise ValueError(f"{path} {_in_another(encoding, beginning, fault)}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} cannot be read ({error}); write it anew.") from None


class _Other(Exception):
    """What a file is that is not what its name or its layout says, in words that follow it."""


def _bytes(path: str | Path) -> IO[bytes]:
    if not is_compressed(path):
        return Path(path).open("rb")
    with Path(path).open("rb") as packed:
        beginning = packed.read(LENGTH)
    if beginning and not beginning.startswith(_GZIP):
        remedy = "is not compressed by gzip; take .gz from its name."
        raise _Other(other_kind(beginning) or remedy)
    return cast(IO[bytes], gzip.open(path, "rb"))


def _in_another(encoding: str, beginning: bytes, fault: bytes = b"") -> str:
    if encodings.no_text(beginning):
        return "is no text in any encoding; write it as CSV."
    found = encodings.guess(beginning, encoding, fault)
    if codecs.lookup(found) == codecs.lookup(encoding):
        return f"is not text in {encoding} throughout and seems damaged; write it anew."
    return f"is not text in {encoding}; name its encoding, as in `encoding: {found}`."
