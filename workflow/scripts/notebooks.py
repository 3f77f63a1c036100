import os
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from implicit_sparsity.pipeline.joblog import job_log


class ThisInterpreter(AsyncKernelManager):
    """Its kernel is the running Python, whatever kernels are installed under that name."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


with job_log(snakemake.log[0]), TemporaryDirectory() as folder:
    source = Path(snakemake.input.notebook)
    notebook = nbformat.read(source, as_version=4)
    # Files, not ports, to talk through; and nobody's own start-up files and warning filters.
    kernel = ThisInterpreter(transport="ipc", connection_file=f"{folder}/kernel.json")
    client = NotebookClient(notebook, km=kernel, record_timing=False)
    own = {"IPYTHONDIR": folder, "PYTHONWARNINGS": ""}
    client.execute(cleanup_kc=True, env=os.environ | own)
    nbformat.write(notebook, snakemake.output.notebook)
    title = {"metadata": {"name": source.stem.replace("_", " ")}}
    page, _ = HTMLExporter().from_notebook_node(notebook, title)
    # They link to one another.
    page = page.replace('.ipynb"', '.html"')
    Path(snakemake.output.page).write_text(page, encoding="utf-8")
