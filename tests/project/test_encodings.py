"""Files are read and written alike under every locale: each call names its encoding."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

#: Python without UTF-8 anywhere, as in a bare container or a job of a batch system.
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def without_encoding(source: str) -> Iterator[str]:
    """Calls that open a text file, or read what a process writes, in the locale's encoding."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _opens_text(node):
            yield ast.unparse(node)


def _opens_text(node: ast.Call) -> bool:
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    if "encoding" in keywords:
        return False
    modes = [*node.args[:2], *filter(None, [keywords.get("mode")])]
    texts = [mode.value for mode in modes if isinstance(mode, ast.Constant)]
    modes = [text for text in texts if isinstance(text, str) and set(text) <= set("rwaxbt+")]
    binary = any("b" in mode for mode in modes)
    if isinstance(node.func, ast.Name):
        return node.func.id in ("open", "fdopen", "NamedTemporaryFile") and not binary
    name = getattr(node.func, "attr", "")
    if name == "open":  # of a path; those of archives take the member first
        return not binary and (not node.args or bool(modes)) and "tarfile" not in ast.dump(node)
    piped = name in ("run", "Popen", "check_output") and "text" in keywords
    return piped or name in ("read_text", "write_text") or (name == "fdopen" and not binary)


def test_the_check_finds_what_it_looks_for():
    bad = 'path.read_text()\nopen("a", "w")\npath.open(mode="r")\nsubprocess.run(["a"], text=True)'
    assert len(list(without_encoding(bad))) == 4
    good = (
        'path.read_text(encoding="utf-8")\nopen("a", "rb")\npath.open("xb")\narchive.open(member)'
    )
    assert not list(without_encoding(good))


@pytest.mark.parametrize("folder", ["src", "workflow", "docs"])
def test_every_text_file_is_opened_with_an_encoding(folder: str):
    for path in (ROOT / folder).rglob("*.py"):
        assert not list(without_encoding(path.read_text(encoding="utf-8"))), path


def test_the_configuration_is_checked_under_a_locale_that_is_not_utf8(tmp_path: Path):
    """It has letters beyond ASCII, and so has the data file, whose name is printed, too."""
    (tmp_path / "mine.csv").write_text("größe,ziel\n1,2\n3,5\n2,4\n", encoding="utf-8")
    program = f"""
from implicit_sparsity.pipeline.config.load import load
from implicit_sparsity.problems.from_file import read
import yaml
config = yaml.safe_load(open("config/config.yaml", encoding="utf-8"))
load(config, ["."])
print(ascii(read({str(tmp_path / "mine.csv")!r}, "ziel").columns))
"""
    environment = os.environ | ASCII
    environment["PYTHONPATH"] = str(ROOT / "src")
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True
    )
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout.decode().strip() == ascii(("größe",))
