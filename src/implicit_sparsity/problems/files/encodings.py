"""Which encoding a table of text is in, by its first bytes."""

from __future__ import annotations

import codecs

#: Marks of byte order, with the encodings that drop them; that of UTF-32 begins as that of UTF-16.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8",
}
#: Encodings of two or four bytes a letter, without a mark.
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")


def codec(encoding: str, beginning: bytes) -> str | None:
    """The codec that reads a text which is said to be in an encoding; None if it is in another.

    Parameters
    ----------
    encoding : str
        What it is said to be in.
    beginning : bytes
        Its first bytes.
    """
    name, sure = codecs.lookup(encoding).name, _sure(beginning)
    if name.removesuffix("-sig") == "utf-8":  # with its mark or without
        return None if sure not in (None, "utf-8") else "utf-8-sig"
    if sure is not None and name.startswith(sure):
        return sure if sure in _MARKS.values() else name
    wide = name.startswith(("utf-16", "utf-32"))
    return None if beginning and (sure is not None or wide) else name


def guess(beginning: bytes, not_in: str, fault: bytes = b"") -> str:
    """The encoding that a text seems to be in.

    Parameters
    ----------
    beginning : bytes
        Its first bytes.
    not_in : str
        An encoding that it is not in.
    fault : bytes
        The part of it that shows this.
    """
    if sure := _sure(beginning):
        return sure
    if codecs.lookup(not_in).name != "utf-8" and _decodes(beginning, "utf-8"):
        return "utf-8"
    # Windows has quotes, dashes and the euro where Latin-1 has nothing that is written.
    windows = any(0x80 <= byte <= 0x9F for byte in fault or beginning)
    return "cp1252" if windows and _decodes(fault or beginning, "cp1252") else "latin-1"


def no_text(beginning: bytes) -> bool:
    """Whether bytes are text in no encoding: letters of one byte are never null."""
    return b"\0" in beginning and _sure(beginning) is None


def _sure(beginning: bytes) -> str | None:
    """The encoding, if the bytes leave no doubt."""
    for mark, name in _MARKS.items():
        if beginning.startswith(mark):
            return name
    for name in _WIDE if b"\0" in beginning else ():
        text = codecs.getincrementaldecoder(name)("replace").decode(beginning)
        # Digits and separators; read by another width or order, they are letters of the East.
        if sum(letter.isascii() and letter != "\0" for letter in text) > len(text) / 2:
            return name
    return None


def _decodes(beginning: bytes, name: str) -> bool:
    """Whether bytes are text in an encoding, but for a letter that is cut at the end."""
    try:
        codecs.getincrementaldecoder(name)().decode(beginning)
    except UnicodeError:
        return False
    return True
