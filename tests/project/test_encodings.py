"""Files are read and written alike under every locale: each call names its encoding."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

#: What opens a text file unless it is told that it is binary.
OPENS = {"open", "read_text", "write_text", "fdopen", "NamedTemporaryFile", "TemporaryFile"}
#: Python without UTF-8 anywhere, as in a bare container or a job of a batch system.
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def without_encoding(source: str) -> Iterator[str]:
    """Calls that open a text file, or read what a process writes, in the locale's encoding."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        modes = [*node.args[:2], *filter(None, [keywords.get("mode")])]
        texts = [mode.value for mode in modes if isinstance(mode, ast.Constant)]
        binary = any(isinstance(text, str) and "b" in text and len(text) < 4 for text in texts)
        piped = name in ("run", "Popen", "check_output") and "text" in keywords
        if ((name in OPENS and not binary) or piped) and "encoding" not in keywords:
            yield ast.unparse(node)


def test_the_check_finds_what_it_looks_for():
    bad = 'path.read_text()\nopen("a", "w")\npath.open(mode="r")\nrun(["a"], text=True)'
    assert len(list(without_encoding(bad))) == 4
    good = 'read_text(encoding="utf-8")\nopen("a", "rb")\npath.open("xb")\nrun(["a"])'
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
