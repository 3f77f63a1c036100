"""Files of other kinds, told by their first bytes."""

from __future__ import annotations

import re

_SHEET = "save its sheet as CSV, in UTF-8"
_FRAME = "write it as CSV"
_UNPACK = "decompress it"
#: Patterns of first bytes, each with what such a file is and what to do with it.
_KINDS = [
    (rb"\x1f\x8b", "is compressed by gzip", f"{_UNPACK}, or end its name in .gz"),
    (rb"BZh[1-9]1AY&SY", "is compressed by bzip2", _UNPACK),
    (rb"\xfd7zXZ\0", "is compressed by xz", _UNPACK),
    (rb"\x28\xb5\x2f\xfd", "is compressed by Zstandard", _UNPACK),
    (rb"\x04\x22\x4d\x18", "is compressed by LZ4", _UNPACK),
    (rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07", "is an archive", "unpack it"),
    (rb"PK\x03\x04.*?(\[Content_Types\]|_rels/|xl/)", "is an Excel workbook", _SHEET),
    (rb"PK\x03\x04.*?opendocument", "is an OpenDocument sheet", _SHEET),
    (rb"PK\x03\x04.*?\.npy", "is an .npz archive", "end its name in .npz"),
    (rb"PK(\x03\x04|\x05\x06)", "is a zip archive", "unpack it"),
    (rb"\xd0\xcf\x11\xe0", "is an old Excel workbook", _SHEET),
    (rb"PAR1.*\0", "is a Parquet file", _FRAME),
    (rb"ARROW1\0\0", "is an Arrow file", _FRAME),
    (rb"\x89HDF\r\n", "is an HDF5 file", _FRAME),
    (rb"\x93NUMPY", "is a NumPy array", "write it as CSV, or with numpy.savez(path, X=X, y=y)"),
    (rb"\x80[\x02-\x05].*\0", "is a pickle", _FRAME),
    (rb"SQLite format 3\0", "is an SQLite database", _FRAME),
    (rb"MATLAB \d.*MAT-file", "is a MATLAB file", _FRAME),
    (rb"<stata_dta>", "is a Stata file", _FRAME),
    (rb"\$FL[23]@\(#\)", "is an SPSS file", _FRAME),
    (rb"%PDF-", "is a PDF", _FRAME),
    (rb"\s*<\?xml", "is an XML file", _FRAME),
    (rb"\s*<(!doctype|html|table)", "is a web page", "download the data themselves"),
    (rb"\s*(\{\s*[\"}]|\[\s*[\[{])", "is JSON", _FRAME),
    (rb"\{\\rtf", "is a text document", _FRAME),
    (rb"(%[^\n]*\n|\s)*@relation", "is an ARFF file", _FRAME),
    (rb"[+-]?[\d.]+(e[+-]?\d+)?( \d+:\S+)+\s", "is in the form of LIBSVM", _FRAME),
    (rb"version https://git-lfs", "is a pointer of Git LFS", "get the data by `git lfs pull`"),
    (rb"\S*/annex/objects/", "is a pointer of git-annex", "get the data by `git annex get`"),
]
#: First bytes by which files are told.
LENGTH = 4096


def other_kind(beginning: bytes) -> str | None:
    """What a file is that is no table of text, and the remedy, in words that follow its name.

    Parameters
    ----------
    beginning : bytes
        Its first bytes.
    """
    for pattern, kind, remedy in _KINDS:
        if re.match(pattern, beginning[:LENGTH], re.IGNORECASE | re.DOTALL):
            return f"{kind}, not a table of text; {remedy}."
    return None
