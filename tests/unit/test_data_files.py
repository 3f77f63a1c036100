"""Data files as people have them: layouts, encodings, compression, names, and damage."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import re
import tracemalloc
import unicodedata
import zipfile

import numpy as np
import pandas as pd
import pytest
from damaged_files import KINDS, outcome

from implicit_sparsity.problems.files.archive import shapes
from implicit_sparsity.problems.files.layout import Layout
from implicit_sparsity.problems.files.signatures import other_kind
from implicit_sparsity.problems.files.values import check_first
from implicit_sparsity.problems.from_file import read

FRAME = pd.DataFrame({"größe": [1.5, -2.25, 3e-4, 7], "y": [1, 2, 3, 4.125], "b": [0, 1, 1, -5.5]})


def check(path, layout=None, columns=("größe", "b"), target="y"):
    data = read(path, target, layout)
    assert data.columns == columns
    np.testing.assert_array_equal(data.X, FRAME[["größe", "b"]])
    np.testing.assert_array_equal(data.y, FRAME["y"])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_every_layout_is_read(tmp_path, separator, decimal, encoding):
    if separator == decimal:
        return
    path = tmp_path / "a.csv"
    FRAME.to_csv(path, index=False, sep=separator, decimal=decimal, encoding=encoding)
    check(path, Layout(separator, decimal, encoding))


def test_white_space_of_any_width_separates_where_a_blank_does(tmp_path):
    (tmp_path / "a.csv").write_text(
        "  größe   y\tb \n1.5 1  0\n -2.25   2 1\n3e-4 3 1\n7 4.125 -5.5  \n"
    )
    check(tmp_path / "a.csv", Layout(separator=" "))


@pytest.mark.parametrize(
    "name", ["A.CSV", "a.csv.gz", "A.CSV.GZ", "a.b.tsv", "A.Tsv.gz", "{a} b.csv"]
)
def test_a_file_may_be_called_in_capitals_and_compressed(tmp_path, name):
    separator = "\t" if ".tsv" in name.lower() else ","
    content = FRAME.to_csv(index=False, sep=separator).encode()
    content = gzip.compress(content) if name.lower().endswith(".gz") else content
    (tmp_path / name).write_bytes(content)
    check(tmp_path / name)
    np.savez(tmp_path / "a.npz", X=FRAME[["größe", "b"]], y=FRAME["y"])
    check((tmp_path / "a.npz").rename(tmp_path / "A.NPZ"), columns=None)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n  \n"])
def test_ends_of_lines_and_blank_lines_do_not_matter(tmp_path, end):
    text = "\n" + FRAME.to_csv(index=False)
    (tmp_path / "a.csv").write_bytes(text.replace("\n", end).encode())
    check(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("content", "layout", "words"),
    [
        (
            FRAME.to_csv().encode("latin-1"),
            Layout(),
            "is not text in utf-8; .* `encoding: latin-1`",
        ),
        (FRAME.to_csv().encode("utf-16"), Layout(), "is not text in utf-8; .* `encoding: utf-16`"),
        (
            b"a,y\n1,2\n".decode().encode("utf-16-le"),
            Layout(),
            "name its encoding, as in `encoding",
        ),
        (b"a,y\n1,2\n", Layout(encoding="utf-16"), "is not text in utf-16"),
        (
            b"a,y\n1,2\n3,4\n",
            Layout(leave_out=["c"]),
            "no column 'c' to leave out; choose from a, y",
        ),
        (b"a,y\n1,2\n3,4\n", Layout(leave_out=["y"]), "the target 'y' is left out"),
        (b"a;y\n1.234;2\n3,5;4\n", Layout(";", ","), "'1.234' in data row 1, which is not a num"),
    ],
)
def test_what_does_not_fit_its_layout_is_told(tmp_path, content, layout, words):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(ValueError, match=rf"a\.csv.* {words}|a\.csv:? {words}"):
        read(tmp_path / "a.csv", "y", layout)


def zipped(name):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "<Types>")
    return stream.getvalue()


def saved(write, **arrays):
    stream = io.BytesIO()
    write(stream, **arrays)
    return stream.getvalue()


TEXT = b"a,y\n1,2\n3,4\n"


#: Files, and what they are called. Not all have the same bytes every second.
OTHER_KINDS = [
    (gzip.compress(TEXT), r"is compressed by gzip, .* end its name in \.gz"),
    (bz2.compress(TEXT), "is compressed by bzip2"),
    (lzma.compress(TEXT), "is compressed by xz"),
    (bytes.fromhex("28b52ffd2000"), "is compressed by Zstandard"),
    (zipped("a.csv"), "is a zip archive, not a table of text; unpack it"),
    (zipped("[Content_Types].xml"), "is an Excel workbook, .* save its sheet as CSV"),
    (saved(np.savez, X=np.ones((2, 2))), r"is an \.npz archive, .* end its name in \.npz"),
    (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99), "is an old Excel workbook"),
    (b"PAR1\x15\x04\x15\x00", "is a Parquet file"),
    (b"ARROW1\0\0", "is an Arrow file"),
    (pickle.dumps([1.5, 2]), "is a pickle"),
    (saved(np.save, arr=np.ones(3)), "is a NumPy array"),
    (b"\n<!DOCTYPE html>\n<html>", "is a web page"),
    (b'[{"a": 1, "y": 2}]', "is JSON"),
    (b"<table><tr><td>a</td></tr></table>", "is a web page"),
    (b"{\\rtf1 a,y}", "is a text document"),
    (b"% made by hand\n@RELATION a\n@ATTRIBUTE y NUMERIC\n", "is an ARFF file"),
    (b"-1.5 1:0.5 7:-2\n2 2:1\n", "is in the form of LIBSVM"),
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "git lfs pull"),
]


@pytest.mark.parametrize(("content", "words"), OTHER_KINDS, ids=[words for _, words in OTHER_KINDS])
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_a_file_of_another_kind_is_told_by_its_first_bytes(tmp_path, content, words, name):
    if name.endswith("gz"):
        content = gzip.compress(content)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read(tmp_path / name, "y", Layout(encoding="latin-1"))


@pytest.mark.parametrize(
    "content", [TEXT, "größe,y\n1,2\n".encode("latin-1"), b"PAR1,y\n1,2\n", b"1.5 2 3\n4 5 6\n"]
)
def test_text_is_no_file_of_another_kind(content):
    assert other_kind(content) is None


def test_a_file_that_is_not_compressed_as_its_name_says_is_told(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(TEXT)
    with pytest.raises(ValueError, match=r"is not compressed by gzip; take \.gz from its name"):
        read(tmp_path / "a.csv.gz", "y")
    (tmp_path / "b.csv.gz").write_bytes(zipped("[Content_Types].xml"))
    with pytest.raises(ValueError, match="is an Excel workbook"):
        read(tmp_path / "b.csv.gz", "y")


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1")


@pytest.mark.parametrize("true", ENCODINGS)
@pytest.mark.parametrize("given", ["ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_the_encoding_that_is_named_reads_the_file(tmp_path, true, given):
    """Whatever was given: it is read right, or the sentence names what reads it right."""
    path = tmp_path / "a.csv"
    FRAME.to_csv(path, index=False, encoding=true)
    try:
        found = read(path, "y", Layout(encoding=given)).columns
    except ValueError as error:
        named = re.search("name its encoding, as in `encoding: (.*)`", str(error))
        check(path, Layout(encoding=named[1]))
    else:
        assert found == ("größe", "b") or (true, given) == ("utf-8", "latin-1")


def test_quotes_and_dashes_of_windows_are_told_from_latin_1(tmp_path):
    (tmp_path / "a.csv").write_bytes("preis in €,y\n1,2\n3,4\n".encode("cp1252"))
    with pytest.raises(ValueError, match="`encoding: cp1252`"):
        read(tmp_path / "a.csv", "y")
    assert read(tmp_path / "a.csv", "y", Layout(encoding="cp1252")).columns == ("preis in €",)


def test_bytes_that_are_no_text_are_not_called_latin_1(tmp_path):
    (tmp_path / "a.csv").write_bytes(np.random.default_rng(0).bytes(5000))
    with pytest.raises(ValueError, match="is no text in any encoding; write it as CSV"):
        read(tmp_path / "a.csv", "y")


def test_damage_is_not_called_another_encoding(tmp_path):
    (tmp_path / "a.csv").write_bytes(FRAME.to_csv(index=False).encode("utf-16") + b"\x00")
    with pytest.raises(ValueError, match="is not text in utf-16 throughout and seems damaged"):
        read(tmp_path / "a.csv", "y", Layout(encoding="utf-16"))


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_line_that_names_the_separator_to_excel_is_passed_over(tmp_path, line, encoding):
    path = tmp_path / "a.csv"
    path.write_text(f"{line}\r\n" + FRAME.to_csv(index=False, sep=";"), encoding=encoding)
    check(path, Layout(";", encoding=encoding))
    with pytest.raises(ValueError, match=r"a single column 'größe;y;b'; .* `separator: \";\"`"):
        read(path, "y", Layout(encoding=encoding))


@pytest.mark.parametrize(
    ("text", "layout", "words"),
    [
        ("# made by hand\na,y\n1,2\n", Layout(), "begins with '# made by hand' and has the name"),
        ("# made by hand\na,z\n1,2\n", Layout(), "begins with '# made by hand', a comment; its"),
        ("Prices, by us\n\na,y\n1,2\n", Layout(), "the name 'y' in row 2; remove what stands"),
        ("Prices\na;y\n1;2\n", Layout(), 'in row 2, separated by `separator: ";"`; remove'),
        ("Prices in May\na,z\n1,2\n", Layout(), "no column 'y' for the target; choose from"),
        ("a, cm;y\n1;2\n", Layout(), "has the columns 'a,cm;y'; name what separates its values"),
        ("a,y\n1,2\n", Layout(";", ","), '`separator: ","` without `decimal`'),
        ("a,y \n1,2\n", Layout(), "no column 'y' for the target; did you mean 'y '?"),
        ("# y,a\n1,2\n", Layout(), "no column 'y' for the target; choose from # y, a"),
        ('a,b,"y\n1,2,3\n', Layout(), "has a quote in its header, 'a,b,y\\n1,2,3\\n', that is not"),
        ("a,y,\n1,2,\n", Layout(), "column 3 has no name, as where lines end in a separator"),
        ("a,y\n1,2\na,y\n3,4\n", Layout(), "remove the row if it is the header again"),
        ("a,y\n1,2\n−3,4\n", Layout(), "which is not a number; write its minus as -"),
        ('a,y\n"1",1,2\n"2",3,4\n', Layout(), "name every column, row names too"),
        ("z\n2\n", Layout(";"), "no column 'y' for the target; choose from z"),
        ("a;y\n1,5;2\n3.5;4\n", Layout(";", ","), 'if its point is decimal, say `decimal: "."`'),
        ("a;y\n1.234,5;2\n", Layout(";", ","), "write it without what separates thousands"),
        ('a,y\n"1,234.5",2\n', Layout(), "write it without what separates thousands"),
        ('a,y\n"1 234",2\n', Layout(), "write it without what separates thousands"),
        ('a,y\n"12 34",2\n', Layout(), "remove or encode it"),
        ('a,y\n"1,234",2\n', Layout(), 'say `decimal: ","`; if it separates thousands, write'),
        ('a,y\n"0,234",2\n', Layout(), 'if its comma is decimal, say `decimal: ","`.'),
    ],
)
def test_what_reads_wrong_is_told_with_its_cause(tmp_path, text, layout, words):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(words)):
        read(tmp_path / "a.csv", "y", layout)


@pytest.mark.parametrize(
    "line",
    [
        "2,x",
        "yes,2",
        "True,2",
        "2024-01-31,2",
        "$1,2",
        "5%,2",
        "0x10,2",
        "1_0,2",
        "1,2,3",
        '"1,000",2',
    ],
)
@pytest.mark.parametrize("before", [0, 5])
def test_what_is_no_number_in_the_first_rows_is_told_without_reading_all(tmp_path, line, before):
    (tmp_path / "a.csv").write_text("a,y\n" + "1.5,2\n" * before + f"{line}\n3,4\n")
    said = []
    for refuse in (check_first, read):
        with pytest.raises(ValueError) as caught:
            refuse(tmp_path / "a.csv", "y", Layout())
        said.append(str(caught.value))
    assert said[0] == said[1] or "is not a table" in said[1]  # of a row in the middle that is long


@pytest.mark.parametrize("value", ["", "NA", "nan", "-inf", " 1.5 ", "1e5", ".5", "+5.", '"7"'])
def test_what_may_be_a_number_or_missing_is_left_to_the_reader(tmp_path, value):
    (tmp_path / "a.csv").write_text(f"a,y\n{value},2\n3,4\n5,7,\n")
    check_first(tmp_path / "a.csv", "y", Layout())


def test_a_long_line_that_is_separated_in_another_way_is_told(tmp_path):
    names = "\t".join(f"column_{i}" for i in range(20_000))
    (tmp_path / "a.csv").write_text(f"{names}\ty\n")
    with pytest.raises(ValueError, match="or name what separates its values by `separator`"):
        read(tmp_path / "a.csv", "y")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_are_compared_however_their_accents_are_written(tmp_path, form):
    names = unicodedata.normalize(form, "prés,größe,ñ")
    (tmp_path / "a.csv").write_text(f"{names}\n1,2,3\n4,5,7\n", encoding="utf-8")
    for other in ("NFC", "NFD"):
        target, left = (unicodedata.normalize(other, name) for name in ("prés", "ñ"))
        data = read(tmp_path / "a.csv", target, Layout(leave_out=[left]))
        assert data.columns == ("größe",) and data.y.tolist() == [1, 4]


def test_columns_that_are_left_out_may_hold_anything(tmp_path):
    frame = FRAME.assign(day="2020-01-31", name=["a", None, "ü", "7"])
    frame.to_csv(tmp_path / "a.csv")
    check(tmp_path / "a.csv", Layout(leave_out=["Unnamed: 0", "name", "day"]))
    # And a row that is too long is still told.
    (tmp_path / "b.csv").write_text("a,y,c\n1,2,x\n3,4,z,5\n")
    with pytest.raises(ValueError, match="line 3, saw 4"):
        read(tmp_path / "b.csv", "y", Layout(leave_out=["c"]))


def test_names_are_text_whatever_they_look_like(tmp_path):
    (tmp_path / "a.csv").write_text("1100,1102,2020,名前,NA\n1,2,3,4,5\n2,3,4,5,7\n")
    data = read(tmp_path / "a.csv", "2020")
    assert data.columns == ("1100", "1102", "名前", "NA") and data.y.tolist() == [3, 4]


def test_a_name_that_stands_twice_is_told(tmp_path):
    (tmp_path / "a.csv").write_text("a,y,a\n1,2,3\n2,3,5\n")
    with pytest.warns(UserWarning, match=r"a\.csv: column 3 has the name 'a' of an earlier one"):
        assert read(tmp_path / "a.csv", "y").columns == ("a", "a.1")
    assert read(tmp_path / "a.csv", "y", Layout(leave_out=["a.1"])).columns == ("a",)
    (tmp_path / "b.csv").write_text("a,y,y\n1,2,3\n2,3,5\n")
    assert read(tmp_path / "b.csv", "y", Layout(leave_out=["y.1"])).y.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (Layout(separator="||"), r"a\.csv: the separator is '\|\|', which cannot stand between"),
        (Layout(separator=""), "the separator is ''"),
        (Layout(separator=",", decimal=","), "whose decimal sign is ','; give another character"),
        (Layout(decimal=";"), "the decimal is ';'; give a point or a comma"),
        (Layout(encoding="utf-9"), "the encoding is 'utf-9', which is none"),
        (Layout(encoding="base64"), "the encoding is 'base64', which is none"),
    ],
)
def test_a_layout_by_which_nothing_can_be_read_is_told(tmp_path, layout, words):
    (tmp_path / "a.csv").write_text("a,y\n1,2\n3,4\n")
    with pytest.raises(ValueError, match=words):
        read(tmp_path / "a.csv", "y", layout)


def test_a_path_that_is_too_long_and_another_kind_of_file_are_told(tmp_path):
    with pytest.raises(ValueError, match="does not exist; give the path"):
        read(tmp_path / ("x" * 5000 + ".csv"), "y")
    (tmp_path / "a.xlsx").touch()
    with pytest.raises(ValueError, match=r"a\.xlsx has another kind of name than an \.npz, \.csv"):
        read(tmp_path / "a.xlsx", "y")


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_told_in_one_sentence_or_read(tmp_path, kind):
    """200 of each kind, by seeds; what is checked stands with ``outcome``."""
    tracemalloc.start()
    try:
        told = sum(outcome(tmp_path, kind, seed) != "read" for seed in range(200))
    finally:
        tracemalloc.stop()
    assert 100 < told <= 200


def test_no_memory_is_taken_for_what_headers_claim(tmp_path):
    """4 GB in the header of the array and in both of the archive, about 100 bytes in the file."""
    header = (
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (536870880, 1), }".ljust(117) + b"\n"
    )
    array = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("X.npy", array)
        archive.writestr("y.npy", array)
    content = bytearray(stream.getvalue())
    claimed = len(array) + 8 * 536870880
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 24 : at + 28] = claimed.to_bytes(4, "little")
    path = tmp_path / "huge.npz"
    path.write_bytes(content)
    for look in (read, shapes):
        tracemalloc.start()
        with pytest.raises(
            ValueError, match=r"huge\.npz claims a shape \(536870880, 1\) of X that"
        ):
            look(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1e6


def test_a_large_table_takes_no_multiple_of_its_size(tmp_path):
    """A hundredth of the 20 MB of which reading took 1.7 GB is enough to tell."""
    path = tmp_path / "tall.csv"
    X = np.random.default_rng(0).standard_normal((100_000, 4))
    pd.DataFrame(X, columns=list("abcy")).to_csv(path, index=False, float_format="%.6g")
    read(path, "y")
    tracemalloc.start()
    read(path, "y")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * X.nbytes
