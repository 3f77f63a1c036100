"""Archives of results: made, checked to the last bit, adopted, and refused where they must be."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest

from implicit_sparsity.pipeline import files
from implicit_sparsity.pipeline.archive import ArchiveError, adopt, make

TREE = {
    "results/summary.csv": "a\n1\n",
    "results/specs/runs/a.json": "{}\n",
    "results/report.html": "a page that is made of them",
    "results/thorough/results/claims.csv": "of another run",
    ".snakemake/metadata/YQ==": "{}",
    ".snakemake/locks/0.lock": "",
    "workflow/scripts/runs.py": "run()\n",
    "notebooks/one.ipynb": "{}",
    "README.md": "not archived",
}


@pytest.fixture
def clone(tmp_path):
    """A clone with results: its files an hour old, and older the later they come."""
    root = tmp_path / "clone"
    for i, (path, text) in enumerate(TREE.items()):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        os.utime(root / path, ns=(10**18 - i, 10**18 - i))
    files.write_text(root / "results/claims.csv", "b\n2\n")
    return root


@pytest.fixture
def fresh(clone, tmp_path):
    """The same sources, cloned now, without results."""
    root = tmp_path / "fresh"
    for part in ("workflow", "notebooks"):
        shutil.copytree(clone / part, root / part, copy_function=shutil.copy)
    return root


def pack(clone: Path, tmp_path: Path) -> Path:
    make(tmp_path / "r.tar.gz", clone)
    return tmp_path / "r.tar.gz"


def test_what_is_adopted_is_what_was_packed_with_its_times(clone, fresh, tmp_path):
    archive = pack(clone, tmp_path)
    assert adopt(archive, fresh) == []
    found = {path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file()}
    left_out = {"README.md", "results/report.html", "results/thorough/results/claims.csv"}
    wanted = set(TREE) - left_out - {".snakemake/locks/0.lock"}
    assert found == wanted | {"results/claims.csv", "results/.whole/claims.csv.json"}
    for path in found:
        assert (fresh / path).read_bytes() == (clone / path).read_bytes()
        assert (fresh / path).stat().st_mtime_ns == (clone / path).stat().st_mtime_ns
    assert adopt(archive, fresh) == []  # a second time changes nothing
    assert not files.torn(fresh / "results")


def test_a_source_that_differs_is_named_and_keeps_its_time(clone, fresh, tmp_path):
    (fresh / "workflow/scripts/runs.py").write_text("run(2)\n")
    before = (fresh / "workflow/scripts/runs.py").stat().st_mtime_ns
    assert adopt(pack(clone, tmp_path), fresh) == ["workflow/scripts/runs.py"]
    assert (fresh / "workflow/scripts/runs.py").stat().st_mtime_ns == before


def test_the_same_results_are_the_same_bytes_and_the_digest_stands_beside(clone, tmp_path):
    digests = {make(tmp_path / f"{name}.tar.gz", clone) for name in "ab"}
    assert len(digests) == 1
    archive = tmp_path / "a.tar.gz"
    (digest,) = digests
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == digest
    assert (tmp_path / "a.tar.gz.sha256").read_text() == f"{digest}  a.tar.gz\n"


def test_another_archive_than_the_digest_tells_is_refused(clone, fresh, tmp_path):
    archive = pack(clone, tmp_path)
    archive.write_bytes(archive.read_bytes() + b"\0")
    with pytest.raises(ArchiveError, match=r"is not what r\.tar\.gz\.sha256 tells; fetch it again"):
        adopt(archive, fresh)
    assert not (fresh / "results").exists()


@pytest.mark.parametrize("cut", [0, 20, 200, -20])
def test_an_archive_that_was_cut_is_refused(clone, fresh, tmp_path, cut):
    archive = pack(clone, tmp_path)
    (tmp_path / "r.tar.gz.sha256").unlink()
    archive.write_bytes(archive.read_bytes()[:cut])
    with pytest.raises(ArchiveError, match="fetch it again") as refused:
        adopt(archive, fresh)
    assert "\n" not in str(refused.value)
    assert not (fresh / "results").exists()


@pytest.mark.parametrize("place", [0.3, 0.5, 0.7])
def test_an_archive_with_other_bytes_in_it_is_refused(clone, fresh, tmp_path, place):
    (clone / "results/long.txt").write_text(np.random.default_rng(0).bytes(200_000).hex())
    archive = pack(clone, tmp_path)
    (tmp_path / "r.tar.gz.sha256").unlink()
    content = bytearray(archive.read_bytes())
    start = int(place * len(content))
    content[start : start + 2000] = np.random.default_rng(1).bytes(2000)
    archive.write_bytes(content)
    with pytest.raises(ArchiveError, match="fetch it again"):
        adopt(archive, fresh)
    assert not (fresh / "results").exists()


def test_what_is_no_archive_is_refused_in_one_line(fresh, tmp_path):
    (tmp_path / "page.tar.gz").write_text("<html>not found</html>")
    with pytest.raises(ArchiveError, match=r"no whole archive \(file .*\); fetch it again\.$"):
        adopt(tmp_path / "page.tar.gz", fresh)


def repacked(archive: Path, tmp_path: Path, change) -> Path:
    """The archive with something changed inside."""
    folder = tmp_path / "inside"
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    change(folder)
    new = tmp_path / "new.tar.gz"
    with tarfile.open(new, "w:gz") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                tar.add(path, path.relative_to(folder).as_posix())
    return new


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "results/claims.csv").write_text("b\n3\n"),
        lambda folder: (folder / "results/claims.csv").unlink(),
        lambda folder: (folder / "results/more.csv").write_text("b\n3\n"),
        lambda folder: (folder / "manifest.json").write_text("{}"),
    ],
    ids=["changed", "without", "more", "no manifest"],
)
def test_an_archive_that_was_tampered_with_is_refused(clone, fresh, tmp_path, change):
    archive = repacked(pack(clone, tmp_path), tmp_path, change)
    with pytest.raises(ArchiveError, match="fetch it again"):
        adopt(archive, fresh)
    assert not (fresh / "results").exists()


def test_an_archive_of_other_things_is_not_unpacked(clone, fresh, tmp_path):
    def change(folder):
        (folder / "workflow/scripts").mkdir(parents=True)
        (folder / "workflow/scripts/runs.py").write_text("worse()")
        text = (folder / "manifest.json").read_text()
        digest = hashlib.sha256(b"worse()").hexdigest()
        entry = f'"workflow/scripts/runs.py": {{"sha256": "{digest}", "time": 1}},\n  "results/c'
        (folder / "manifest.json").write_text(text.replace('"results/c', entry, 1))

    with pytest.raises(ArchiveError, match=r"workflow/scripts/runs\.py, which is no result"):
        adopt(repacked(pack(clone, tmp_path), tmp_path, change), fresh)
    assert (fresh / "workflow/scripts/runs.py").read_text() == "run()\n"


def test_results_that_differ_are_not_overwritten(clone, fresh, tmp_path):
    (fresh / "results").mkdir()
    (fresh / "results/summary.csv").write_text("a\n2\n")
    with pytest.raises(ArchiveError, match="is there and differs; run make clean first"):
        adopt(pack(clone, tmp_path), fresh)
    assert (fresh / "results/summary.csv").read_text() == "a\n2\n"


def test_results_that_are_not_there_or_not_whole_are_not_packed(clone, fresh, tmp_path):
    with pytest.raises(ArchiveError, match=r"There are no results in .*; run make figures first"):
        pack(fresh, tmp_path)
    (clone / "results/claims.csv").write_text("b\n")
    with pytest.raises(ArchiveError, match=r"is not whole: .*Run make figures"):
        pack(clone, tmp_path)
    with pytest.raises(ArchiveError, match="is not there; name the archive"):
        adopt(tmp_path / "none.tar.gz", fresh)
