"""How a notebook is executed and written as a page."""

import re
import tempfile
from importlib.util import find_spec

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from implicit_sparsity.pipeline.report import notebook
from implicit_sparsity.pipeline.report.notebook import execute, export

BUNDLED = find_spec("sphinx-mathjax-offline") is not None


def written(folder, *cells):
    """The file of a notebook."""
    nbformat.write(new_notebook(cells=list(cells)), folder / "mine.ipynb")
    return folder / "mine.ipynb"


def test_cells_are_run_in_the_working_directory_by_this_python(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "found.txt").write_text("here")
    code = "import sys; print(open('found.txt').read(), sys.prefix)"
    source = written(tmp_path, new_code_cell(code))
    before = source.read_bytes()
    (cell,) = execute(source).cells
    assert cell.execution_count == 1
    assert cell.outputs[0].text == f"here {__import__('sys').prefix}\n"
    assert source.read_bytes() == before


def test_a_long_path_to_temporary_files_is_no_hindrance(tmp_path, monkeypatch):
    """The sockets of a kernel must have short paths."""
    folder = tmp_path / "a-folder-with-a-long-name" / ("x" * 100)
    folder.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    (cell,) = execute(written(tmp_path, new_code_cell("1 + 1"))).cells
    assert cell.outputs[0].data["text/plain"] == "2"


def test_a_cell_that_fails_is_told(tmp_path):
    with pytest.raises(CellExecutionError, match="wrong on purpose"):
        execute(written(tmp_path, new_code_cell("raise ValueError('wrong on purpose')")))


def test_links_to_notebooks_become_links_to_their_pages():
    text = "[one](1_a.ipynb), [part](2_b.ipynb#there), [other](a.html)"
    page = export(new_notebook(cells=[new_markdown_cell(text)]), "links")
    assert '"1_a.html"' in page and '"2_b.html#there"' in page and '"a.html"' in page
    assert "<title>links</title>" in page


@pytest.mark.skipif(not BUNDLED, reason="sphinx-mathjax-offline is not installed")
def test_a_page_loads_no_script_from_elsewhere():
    page = export(new_notebook(cells=[new_markdown_cell("$x$")]), "a formula")
    assert not re.search(r"<(script|link)[^>]+(src|href)=", page)
    assert not re.search(r"\bimport .* from ['\"]http", page)


def test_without_the_bundled_mathjax_the_page_links_to_one(monkeypatch):
    monkeypatch.setattr(notebook, "find_spec", lambda name: None)
    page = export(new_notebook(cells=[new_markdown_cell("$x$")]), "a formula")
    assert re.search(r'src="https://[^"]*mathjax', page)
