"""Finished results as one file that others check and adopt, instead of running all again.

The archive holds the results, the figures, and what Snakemake noted of each, with a manifest of
digests. Adopted into a clone, they are as if made there: only what differs is made again.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import shutil
import sys
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from implicit_sparsity.pipeline import files

#: What is archived, and what is not of it: pages and runs beside those of the workflow.
KEPT = ("results", "paper_figures", ".snakemake/metadata")
LEFT_OUT = ("results/site/", "results/report.html", "results/thorough/")
#: Files whose time tells Snakemake whether what they made is older.
SOURCES = ("workflow/scripts", "notebooks", "src/implicit_sparsity/pipeline/report")
#: What is written anew by every run, as the configuration and the code say.
WRITTEN_ANEW = ("results/specs/", "results/code/")
MANIFEST = "manifest.json"
#: What reading an archive that is damaged may raise.
_BROKEN = (OSError, EOFError, zlib.error, tarfile.TarError, ValueError, KeyError, TypeError)


class ArchiveError(ValueError):
    """An archive that cannot be made or adopted; the sentence tells why, and the remedy."""


def make(archive: Path, root: Path = Path()) -> str:
    """Pack the results of a clone.

    Parameters
    ----------
    archive : Path
        The file to write, a .tar.gz; its digest goes beside it, as sha256sum reads it.
    root : Path, optional
        The clone.

    Returns
    -------
    str
        The SHA-256 of the archive.

    Raises
    ------
    ArchiveError
        If there are no results, or some are not as their jobs wrote them.
    """
    if not any(_below(root, KEPT[-1:])):
        raise ArchiveError(f"There are no results in {root.resolve()}; run make figures first.")
    for folder in KEPT[:2]:
        for broken, wrong in files.torn(root / folder).items():
            raise ArchiveError(f"{broken} is not whole: {wrong}. Run make figures, then again.")
    kept = [path for path in _below(root, KEPT) if not path.startswith(LEFT_OUT)]
    manifest = {
        "files": {path: _known(root / path) for path in kept},
        "sources": {path: _known(root / path) for path in _below(root, SOURCES)},
    }
    part = archive.with_name(f".{archive.name}.{os.getpid()}.part")
    try:
        # Name and time in the head of the stream are left out: the same files are the same bytes.
        with (
            part.open("wb") as raw,
            gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as stream,
            tarfile.open(None, "w", stream) as tar,
        ):
            _add(tar, MANIFEST, json.dumps(manifest, indent=1).encode())
            for path in kept:
                _add(tar, path, (root / path).read_bytes())
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)
    digest = _digest(archive)
    _beside(archive).write_text(f"{digest}  {archive.name}\n", encoding="utf-8")
    return digest


def adopt(archive: Path, root: Path = Path()) -> list[str]:
    """Check an archive and unpack it into a clone.

    Parameters
    ----------
    archive : Path
        What :func:`make` wrote; its digest is compared with that in the file beside it, if there.
    root : Path, optional
        The clone.

    Returns
    -------
    list of str
        Files of the clone that differ from those that made the results: what they make is made
        again by the next run.

    Raises
    ------
    ArchiveError
        If anything in it is not as it was packed, or the clone has other results. Nothing is
        changed then.
    """
    with TemporaryDirectory(dir=root, prefix=".adopted.") as folder:
        manifest = _unpacked(archive, Path(folder))
        for path, known in manifest["files"].items():
            old = root / path
            ours = path.startswith("results/") and not path.startswith(WRITTEN_ANEW)
            if ours and old.exists() and _digest(old) != known["sha256"]:
                raise ArchiveError(f"{old} is there and differs; run make clean first.")
        for path, known in manifest["files"].items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(Path(folder, path), root / path)
            os.utime(root / path, ns=(known["time"], known["time"]))
    other = []
    for path, known in manifest["sources"].items():
        source = root / path
        if source.is_file() and _digest(source) == known["sha256"]:
            os.utime(source, ns=(known["time"], known["time"]))
        else:
            other.append(path)
    return other


def _unpacked(archive: Path, folder: Path) -> dict[str, Any]:
    """Unpack an archive, all of which is checked; its manifest."""
    if not archive.is_file():
        raise ArchiveError(f"{archive} is not there; name the archive, as in ARCHIVE=FILE.")
    beside = _beside(archive)
    if beside.is_file() and beside.read_text(encoding="utf-8").split()[:1] != [_digest(archive)]:
        raise ArchiveError(f"{archive} is not what {beside.name} tells; fetch it again.")
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        known = {path: entry["sha256"] for path, entry in manifest["files"].items()}
        (folder / MANIFEST).unlink()
    except _BROKEN as error:
        cause = str(error).partition("\n")[0].rstrip(":")  # tarfile lists every format it tried
        raise ArchiveError(f"{archive} is no whole archive ({cause}); fetch it again.") from None
    found = {path: _digest(folder / path) for path in _below(folder, (".",))}
    if wrong := {path for path in known | found if known.get(path) != found.get(path)}:
        raise ArchiveError(f"{archive} has {min(wrong)} other than it was packed; fetch it again.")
    for path in known:
        if not any(PurePosixPath(path).is_relative_to(kept) for kept in KEPT):
            raise ArchiveError(f"{archive} has {path}, which is no result; do not trust it.")
    return dict(manifest)


def _below(root: Path, folders: tuple[str, ...]) -> Iterator[str]:
    """The files in some folders and below, in order, as paths from the root."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(root).as_posix()


def _known(path: Path) -> dict[str, Any]:
    return {"sha256": _digest(path), "time": path.stat().st_mtime_ns}


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _beside(archive: Path) -> Path:
    return archive.with_name(f"{archive.name}.sha256")


def _add(tar: tarfile.TarFile, path: str, content: bytes) -> None:
    entry = tarfile.TarInfo(path)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def main() -> None:
    """``python -m implicit_sparsity.pipeline.archive make FILE``, or ``adopt FILE``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["make", "adopt"])
    parser.add_argument("archive", type=Path)
    given = parser.parse_args()
    try:
        if given.action == "make":
            print(f"{given.archive} has the SHA-256 {make(given.archive)}")
        elif other := adopt(given.archive):
            print("Adopted. What these make is made again, as they differ:", *other, sep="\n  ")
        else:
            print("Adopted: nothing differs from what made the results.")
    except ArchiveError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
