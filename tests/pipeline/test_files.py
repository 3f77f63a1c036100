"""Files that go from one job to another."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from implicit_sparsity.pipeline import files

TABLE = pd.DataFrame({"depth": [2, 2, 3, 3], "error": [0.25, 0.125, 1e-17, 3.0]})


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "studies" / "a.csv"
    path.parent.mkdir()
    files.write_table(path, TABLE)
    return path


def test_a_file_is_what_was_written_and_nothing_else_is_left(path):
    assert path.read_text() == TABLE.to_csv(index=False)
    assert files.whole(path) == path
    assert {other.name for other in path.parent.iterdir()} == {"a.csv", ".whole"}
    files.write_text(path.with_name("é.md"), "∑")
    assert path.with_name("é.md").read_text(encoding="utf-8") == "∑"
    assert files.torn(path.parent.parent) == {}


def test_a_table_that_is_cut_is_told_with_its_rows_and_the_remedy(path):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    wanted = r"a\.csv is not as its job wrote it: it has 3 of 4 rows\. Run the same command again"
    with pytest.raises(files.TornFileError, match=wanted):
        files.whole(path)
    assert files.torn(path.parent.parent) == {path: "it has 3 of 4 rows"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(data=st.data())
def test_no_cut_and_no_changed_byte_goes_unseen(path, data):
    content = files.whole(path).read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        changed = content[:at]
    else:
        flip = data.draw(st.integers(1, 255))
        changed = content[:at] + bytes([content[at] ^ flip]) + content[at + 1 :]
    path.write_bytes(changed)
    try:
        with pytest.raises(files.TornFileError):
            files.whole(path)
        assert list(files.torn(path.parent)) == [path]
    finally:
        path.write_bytes(content)


def test_a_file_that_nothing_is_known_of_is_not_read_nor_called_torn(path):
    other = path.with_name("b.csv")
    other.write_text("depth\n2\n")
    with pytest.raises(files.TornFileError, match="nothing tells that it is whole"):
        files.whole(other)
    assert files.torn(path.parent) == {}
    with pytest.raises(files.TornFileError, match="it is not there"):
        files.whole(path.with_name("c.csv"))


def test_a_damaged_note_makes_its_file_suspect(path):
    note = path.parent / ".whole" / "a.csv.json"
    noted = note.read_text()
    assert json.loads(noted)["rows"] == len(TABLE)
    note.write_text(noted[:20])
    assert files.torn(path.parent) == {path: "what tells that it is whole is damaged"}


def test_an_error_leaves_the_old_file(path):
    with pytest.raises(KeyError), files.written(path) as part:
        part.write_text("half")
        raise KeyError
    assert files.whole(path).read_text() == TABLE.to_csv(index=False)
    assert {other.name for other in path.parent.iterdir()} == {"a.csv", ".whole"}


KILLED = """
import os, signal, sys
from implicit_sparsity.pipeline import files
at, path = sys.argv[1:]
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if at != "writing":
    real, calls = getattr(os, at), []
    setattr(os, at, lambda *a: kill() if len(calls) == NUMBER else (calls.append(1), real(*a))[1])
with files.written(path) as part:
    part.write_text("new\\n")
    if at == "writing":
        kill()
"""


@pytest.mark.parametrize(("at", "number"), [("writing", 0), *(("fsync", i) for i in range(4))])
@pytest.mark.parametrize("before", [True, False])
def test_a_kill_leaves_a_whole_file_or_none_or_one_that_is_seen(path, at, number, before):
    if not before:  # as the workflow does, which removes what a job is about to write
        path.unlink()
    code = KILLED.replace("NUMBER", str(number))
    done = subprocess.run([sys.executable, "-c", code, at, str(path)], capture_output=True)
    assert done.returncode == -9, done.stderr
    if path.exists() and not files.torn(path.parent):
        assert path.read_text() in ("new\n", TABLE.to_csv(index=False))
    assert path.exists() or not files.torn(path.parent)
    files.write_table(path, TABLE)
    assert files.whole(path).read_text() == TABLE.to_csv(index=False)


def test_a_full_disk_leaves_the_old_file(path, monkeypatch):
    def full(_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*a\.csv'"):
        files.write_text(path, "new")
    monkeypatch.undo()
    assert files.whole(path).read_text() == TABLE.to_csv(index=False)


def test_what_a_killed_job_left_half_written_is_removed(path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    gone, kept = path.with_name(f".a.{dead.pid}.part.csv"), path.with_name(f".a.{os.getpid()}.part")
    own = path.with_name("my.part.csv")
    for other in (gone, kept, own):
        other.write_text("half")
    files.clear(path.parent.parent)
    assert not gone.exists() and kept.exists() and own.exists()
