"""Execute a notebook, and write it as one HTML page that needs no network."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jinja2 import DictLoader
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat import NotebookNode

#: Characters that the path of a folder for sockets may have. The path of a socket may have 103 on
#: macOS and 107 on Linux.
SOCKET_FOLDER = 60
#: Parts of nbconvert's page, replaced: the text of MathJax instead of a link to it, and nothing of
#: Mermaid, which would be fetched too.
OFFLINE = {
    "mathjax.html.j2": r"""{% macro mathjax(script) %}
<script>MathJax = {
  tex: {inlineMath: [["$", "$"], ["\\(", "\\)"]]}, options: {enableMenu: false}
}</script>
<script>{{ script }}</script>
{% endmacro %}""",
    "mermaidjs.html.j2": "{% macro mermaid_js() %}{{ varargs and '' }}{% endmacro %}",
}


class ThisInterpreter(AsyncKernelManager):
    """A kernel that is the running Python, whatever kernels are installed under that name."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """What starts the kernel."""
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


def execute(source: Path) -> NotebookNode:
    """Run the cells of a notebook in the working directory.

    Parameters
    ----------
    source : Path
        The notebook, which is only read.

    Returns
    -------
    NotebookNode
        The notebook with its outputs. It holds no times, so that the same outputs are the same
        bytes.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook: NotebookNode = nbformat.read(source, as_version=4)
    # Kernel and client talk through sockets in a folder, not through ports of the machine.
    short = None if len(gettempdir()) <= SOCKET_FOLDER else "/tmp"
    with TemporaryDirectory(dir=short) as folder:
        kernel = ThisInterpreter(transport="ipc", connection_file=f"{folder}/kernel.json")
        client = NotebookClient(notebook, km=kernel, record_timing=False)
        # Start-up files and warning filters of the user are left out.
        own = {"IPYTHONDIR": folder, "PYTHONWARNINGS": ""}
        client.execute(cleanup_kc=True, env=os.environ | own)
    return notebook


def export(notebook: NotebookNode, title: str) -> str:
    """Write an executed notebook as an HTML page.

    Parameters
    ----------
    notebook : NotebookNode
        What :func:`execute` returns.
    title : str
        The page's title.

    Returns
    -------
    str
        The page. Its links to other notebooks lead to their pages. Formulas are set by the MathJax
        inside it; without the package sphinx-mathjax-offline, by one that a browser must fetch.
    """
    script = mathjax()
    if script is None:
        exporter = HTMLExporter()
    else:
        exporter = HTMLExporter(
            extra_loaders=[DictLoader(OFFLINE)], mathjax_url=script, require_js_url=""
        )
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    # What is left of RequireJS, which no output needs.
    page = page.replace('<script src=""></script>', "")
    return re.sub(r'(href="[^":]*)\.ipynb(["#])', r"\1.html\2", page)


def mathjax() -> str | None:
    """Return the text of MathJax, which sets TeX as SVG.

    Returns
    -------
    str or None
        None if the package sphinx-mathjax-offline is not installed.
    """
    package = find_spec("sphinx-mathjax-offline")
    if package is None or not package.submodule_search_locations:
        return None
    folder = Path(package.submodule_search_locations[0])
    return (folder / "static/mathjax/tex-svg.js").read_text(encoding="utf-8")
