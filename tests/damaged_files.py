"""Data files with something done to them, by seeds; as a script, a table of what became of many.

Usage: python tests/damaged_files.py [COUNT] mutates COUNT files (2000 without) and writes what
became of them, by kind of damage, to benchmarks/results/damaged_files.csv.
"""

from __future__ import annotations

import gzip
import io
import struct
import sys
import tempfile
import tracemalloc
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from implicit_sparsity.problems.from_file import Data, read

RESULTS = Path(__file__).parents[1] / "benchmarks/results/damaged_files.csv"
#: Bytes that reading such a file may take: it has 20 × 4 numbers.
MOST_MEMORY = 8e6
#: What stands in tables where a number should, and what does not look like one.
ODD_VALUES = (
    *("red", "", "NA", "inf", "-inf", "nan", "1e999", "1,5", '"1,5"', '"', "True", "1_000", "0x1F"),
    *("2020-01-31", "12:30", "1e5", "1.2.3", "٣", "1e-300", "1e300", "9" * 40, "9" * 400, "-", "."),
    *("=1+1", "#REF!", "<b>", "\0", "\x1a", "a\nb", "1 000", "$5", "5%", "(5)", "1d5", "+1", "−1"),
)
ODD_NAMES = ("", "y", "a", " ", "0", "\0", "y.1", '"', "{x}", "名前", "x" * 2000, "a,b", "#")
_HEADER = "{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape}, }}"


def table(rng: np.random.Generator) -> list[list[str]]:
    """The cells of a table of 20 samples, with their header."""
    values = rng.standard_normal((20, 4))
    return [["a", "b", "y", "c"], *([f"{v:.6g}" for v in row] for row in values)]


def joined(cells: list[list[str]], separator: str = ",", end: str = "\n") -> bytes:
    return "".join(separator.join(row) + end for row in cells).encode()


def archive(rng: np.random.Generator, write=np.savez) -> bytes:
    """An .npz file of 20 samples."""
    stream = io.BytesIO()
    write(stream, X=rng.standard_normal((20, 3)), y=rng.standard_normal(20))
    return stream.getvalue()


def damaged_bytes(rng: np.random.Generator, content: bytes) -> bytes:
    """Cut, flipped, zeroed, doubled, moved or overwritten somewhere."""
    at, to = sorted(rng.integers(0, len(content) + 1, 2).tolist())
    piece, noise = content[at:to], rng.bytes(int(rng.integers(1, 40)))
    flipped = bytearray(content)
    for _ in range(int(rng.integers(1, 9))):
        flipped[int(rng.integers(len(content)))] ^= 1 << int(rng.integers(8))
    choices = [
        content[:at],
        content[at:],
        bytes(flipped),
        content[:at] + bytes(to - at) + content[to:],
        content[:at] + content[to:],
        content[:to] + piece + content[to:],
        content[:at] + noise + content[at:],
        content[to:] + content[:to],
        noise,
        b"",
    ]
    return _any(rng, choices)


def odd_table(rng: np.random.Generator) -> bytes:
    """A table with odd values, names, rows, separators or an odd encoding."""
    cells = table(rng)
    for _ in range(int(rng.integers(1, 4))):
        row, column = int(rng.integers(len(cells))), int(rng.integers(4))
        odd = ODD_VALUES if row else ODD_NAMES
        change = int(rng.integers(8))
        if change < 4:
            cells[row] = [*cells[row]]
            cells[row][column % len(cells[row])] = _any(rng, odd)
        elif change == 4 and len(cells[row]) > 1:
            cells[row] = cells[row][:-1]
        elif change == 5:
            cells[row] = [*cells[row], "7"]
        elif change == 6:
            del cells[row if rng.random() < 0.5 else 0]
        else:
            cells.insert(row, _any(rng, [[], [" "], ["# made"], ["sep=;"], ["7"] * 5]))
    separator = _any(rng, [","] * 8 + [";", "\t", "|", " ", ", "])
    content = joined(cells, separator, _any(rng, ["\n", "\r\n", "\r"]))
    encoding = ["utf-8"] * 10 + ["utf-16", "utf-16-le", "latin-1", "utf-8-sig", "utf-32"]
    return content.decode().encode(_any(rng, encoding), "replace")


def odd_archive(rng: np.random.Generator) -> bytes:
    """An .npz file whose headers claim something else, or that is packed in another way."""
    descr, shape, order = "<f8", "(20, 3)", "False"
    change = int(rng.integers(4))
    if change == 0:
        descr = _any(rng, ["<f4", "<i8", "|b1", "<c16", "<U4", "|O", "<M8[D]", "|V8", "<f16", "x"])
    elif change == 1:
        huge = ["(1000000000, 3)", "(1000000000, 1000000000)", f"({10**30}, 1)", "(20, 300000000)"]
        odd = ["(-1, 3)", "(20,)", "()", "(20, 0)", "(20, 3, 1)", "'x'", "(2.5,)", "[20, 3]"]
        shape = _any(rng, huge + odd)
    elif change == 2:
        order = _any(rng, ["True", "2", "None", "10**9"])
    text = _HEADER.format(descr=descr, order=order, shape=shape).encode().ljust(117) + b"\n"
    if rng.random() < 0.1:
        text = damaged_bytes(rng, text)
    length = len(text) if rng.random() < 0.9 else int(rng.integers(2**16))
    version = _any(rng, [1] * 8 + [2, 9])
    stored = np.dtype(descr).itemsize if descr not in ("x", "|O") else 8
    X = b"\x93NUMPY" + struct.pack("<BBH", version, 0, length) + text + rng.bytes(60 * stored)
    y = io.BytesIO()
    np.save(y, rng.standard_normal(20))
    members = {"X.npy": X, "y.npy": y.getvalue(), "notes": b"kept"}
    if rng.random() < 0.1:
        del members[_any(rng, sorted(members))]
    stream = io.BytesIO()
    methods = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED] * 4 + [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
    with zipfile.ZipFile(stream, "w", _any(rng, methods)) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    content = bytearray(stream.getvalue())
    if rng.random() < 0.2:  # flags, method, sizes of an entry of the directory
        content[content.rfind(b"PK\x01\x02") + int(rng.integers(8, 30))] = int(rng.integers(256))
    return bytes(content)


def _any(rng: np.random.Generator, choices):
    return choices[int(rng.integers(len(choices)))]


KINDS = {
    "CSV, bytes": (".csv", lambda rng: damaged_bytes(rng, joined(table(rng)))),
    "CSV, cells": (".csv", odd_table),
    "CSV, compressed": (
        ".csv.gz",
        lambda rng: damaged_bytes(rng, gzip.compress(joined(table(rng)))),
    ),
    "NPZ, bytes": (".npz", lambda rng: damaged_bytes(rng, archive(rng))),
    "NPZ, compressed": (".npz", lambda rng: damaged_bytes(rng, archive(rng, np.savez_compressed))),
    "NPZ, headers": (".npz", odd_archive),
}


def outcome(folder: Path, kind: str, seed: int) -> str:
    """What became of a file: "read", or the sentence that it got.

    Anything else is an AssertionError: another error, a sentence without the file's name or of
    several lines, values that are not finite, or memory that the file does not hold.
    """
    suffix, make = KINDS[kind]
    path = folder / f"damaged{suffix}"
    path.write_bytes(make(np.random.default_rng([seed, *kind.encode()])))
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of names that stand twice
            found, said = read(path, "y"), "read"
        _check(found)
    except ValueError as error:
        said = str(error)
        assert str(path) in said and "\n" not in said and len(said) < len(str(path)) + 600, said
    except Exception as error:
        raise AssertionError(f"{kind}, seed {seed}: {error!r}") from error
    peak = tracemalloc.get_traced_memory()[1] - before
    assert peak < MOST_MEMORY, f"{kind}, seed {seed}: {peak} bytes"
    return said


def _check(data: Data) -> None:
    assert data.X.shape[0] == data.y.size >= 2 and data.X.shape[1] >= 1
    assert np.isfinite(data.X).all() and np.isfinite(data.y).all()


def main(count: int) -> None:
    rows = []
    tracemalloc.start()
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            each = -(-count // len(KINDS))
            said = Counter(outcome(Path(folder), kind, seed) == "read" for seed in range(each))
            rows.append({"damage": kind, "files": each, "told": said[False], "read": said[True]})
    found = pd.DataFrame(rows)
    print(found.to_string(index=False))
    found.to_csv(RESULTS, index=False)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["2000"])[0]))
